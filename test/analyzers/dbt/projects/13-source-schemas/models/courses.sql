select * from {{ source('edx', 'courses') }}, {{ source('by_target', 'events') }}
