{{ config(materialized='snapshot', unique_key='order_id', strategy='check', check_cols='all') }}
select * from {{ ref('orders') }}
