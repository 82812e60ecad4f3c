select * from {{ ref('returns') }}
