{{ config(materialized='incremental') }}
select * from `logs-project.audit.data_access_*`
where _table_suffix >= '20260101'
