{% macro usual(kind) %}{{ return({'materialized': kind, 'schema': 'lake'}) }}{% endmacro %}
