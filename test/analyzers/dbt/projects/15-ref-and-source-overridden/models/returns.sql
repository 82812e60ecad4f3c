select * from {{ ref('orders') }} join {{ source('raw', 'returns') }} using (order_id)
