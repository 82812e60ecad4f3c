{{ config(materialized='table') }}
select * from {{ source('salesforce', 'accounts') }}
