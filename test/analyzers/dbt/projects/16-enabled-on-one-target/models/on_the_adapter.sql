{{ config(enabled=target.type == 'duckdb') }}
select 1 as order_id
