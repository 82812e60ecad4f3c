{% set settings = {'materialized': 'table', 'alias': 'orders_all'} %}
{{ config(**settings) }}
select 1 as order_id
