select * from {{ ref('countries') }} join {{ ref('towns') }} using (code)
