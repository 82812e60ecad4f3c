{{ config(materialized='table', partition_by=['day', 'region']) }}
select * from {{ ref('vehicle_positions') }}
