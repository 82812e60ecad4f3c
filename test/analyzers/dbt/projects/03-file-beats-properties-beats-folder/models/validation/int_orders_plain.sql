{{ config(schema='from_file') }}
select * from {{ ref('int_orders_counted') }}
