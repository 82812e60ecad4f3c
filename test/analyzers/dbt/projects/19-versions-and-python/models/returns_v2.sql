select * from {{ ref('orders', version=2) }}, {{ ref('returns', v=1) }}
