select * from {{ ref('towns') }}
