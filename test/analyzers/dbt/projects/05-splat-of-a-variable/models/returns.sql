{%- set settings = dict(materialized='incremental') -%}
{%- do settings.update({'schema': 'late'}) -%}
{{ config(unique_key='order_id', **settings) }}
select * from {{ ref('orders') }}
