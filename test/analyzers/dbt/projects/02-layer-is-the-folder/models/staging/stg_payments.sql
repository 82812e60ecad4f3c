select * from {{ ref('int_payments__joined') }}
