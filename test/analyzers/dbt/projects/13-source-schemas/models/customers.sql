select * from {{ source('crm', 'customers') }} join {{ source('crm', 'orders') }} using (customer_id)
