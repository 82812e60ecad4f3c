{{ union_of(['orders_web', 'orders_shop'], source_name='late_orders') }}
