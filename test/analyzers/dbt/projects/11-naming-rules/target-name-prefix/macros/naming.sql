{% macro in_production() %}{{ return(target.name in ['prod', 'production']) }}{% endmacro %}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {%- set prefix = '' if in_production() else target.name ~ '_' -%}
  {{ prefix }}{{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
