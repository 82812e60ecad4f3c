select * from {{ ref('orders_all') }}
