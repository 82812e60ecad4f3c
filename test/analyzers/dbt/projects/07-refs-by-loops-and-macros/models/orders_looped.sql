{% set inputs = ['web', 'shop'] %}
{% for input in inputs %}
select * from {{ ref('orders_' ~ input) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
