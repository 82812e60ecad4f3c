{% set emea = region('emea') %}
{{ config(schema='metrics_' ~ emea.short, alias=emea['short'] ~ '_orders', materialized='table') }}
{% for input in emea.inputs %}
select * from {{ ref(input) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
