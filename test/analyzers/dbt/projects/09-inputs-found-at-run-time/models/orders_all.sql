{{ config(materialized='table') }}
{% for name in tables_like('orders_%') %}
select * from {{ target.schema }}.{{ name }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
