{% set town = 'rome' %}
{{ config(schema='orders_%s' % town, alias='{}_{}'.format('orders', town)) }}
select 1 as order_id
