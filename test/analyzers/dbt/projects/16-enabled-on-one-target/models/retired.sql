{{ config(enabled=False) }}
select * from {{ ref('orders') }}
