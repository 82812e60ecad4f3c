{{ config({'materialized': 'table', 'alias': 'returned_orders'}) }}
select * from {{ ref('orders') }}
