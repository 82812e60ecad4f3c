-- depends_on: {{ ref('calendar') }}
{# depends_on: {{ ref('abandoned') }} #}
/* {{ ref('days') }} */
select *
from {{
    source(
        'raw',
        'orders'
    )
}}
