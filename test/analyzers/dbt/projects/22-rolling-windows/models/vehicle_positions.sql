{{
  config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by={'field': 'day', 'data_type': 'date', 'granularity': 'day'},
    partition_expiration_days=90,
  )
}}
select 1 as vehicle_id, current_date as day
