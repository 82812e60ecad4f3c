{% macro ref(model_name) %}
  {% set relation = builtins.ref(model_name) %}
  {% if var('by_identifier', false) %}{{ return(relation.identifier) }}{% else %}{{ return(relation) }}{% endif %}
{% endmacro %}
