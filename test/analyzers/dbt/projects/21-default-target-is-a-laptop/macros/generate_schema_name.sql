{% macro generate_schema_name(custom_schema_name=none, node=none) -%}
  {%- if target.name == 'prod' -%}{{ custom_schema_name or target.schema }}
  {%- else -%}{{ target.schema }}{%- endif -%}
{%- endmacro %}
