{{ config(schema='money', database='bank') }}
select * from {{ ref('returns') }}
