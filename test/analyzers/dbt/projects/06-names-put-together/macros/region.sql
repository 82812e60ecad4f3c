{% macro region(name) %}
  {% set known = {'emea': {'short': 'em', 'inputs': ['orders_paris', 'orders_rome']}} %}
  {{ return(known[name]) }}
{% endmacro %}
