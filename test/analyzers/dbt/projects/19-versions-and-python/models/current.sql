select * from {{ ref('orders') }} join {{ ref('shop', 'returns') }} using (order_id) join {{ ref('returns', v=2) }} using (order_id)
