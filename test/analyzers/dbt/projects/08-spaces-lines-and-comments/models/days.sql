select * from {{ ref ( 'calendar' ) }}
