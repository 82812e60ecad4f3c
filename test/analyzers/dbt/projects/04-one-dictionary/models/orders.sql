{{
  config({
    "materialized": "incremental",
    "schema": "sales",
    "unique_key": ["order_id", "day"],
    "enabled": true
  })
}}
select * from {{ source('raw', 'orders') }}
