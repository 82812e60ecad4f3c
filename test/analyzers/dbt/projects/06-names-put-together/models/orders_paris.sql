{% set town = 'paris' %}
{{ config(schema='orders_' + town, alias='orders' ~ '_' ~ town) }}
select 1 as order_id
