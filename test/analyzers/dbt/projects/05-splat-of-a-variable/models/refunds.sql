{{ config(**usual('table')) }}
select * from {{ ref('returns') }}
