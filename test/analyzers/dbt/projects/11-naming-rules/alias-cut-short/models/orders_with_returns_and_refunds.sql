{{ config(schema=none, materialized='table') }}
select * from {{ ref('orders') }}
