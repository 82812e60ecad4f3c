select * from lake.audit.access join {{ ref('stg_access_log') }} using (day)
