{% macro union_of(names, source_name=none) %}
{% for name in names %}
select '{{ name }}' as origin, * from {{ ref(name) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
{% if source_name %}union all select * from {{ source('raw', source_name) }}{% endif %}
{% endmacro %}
