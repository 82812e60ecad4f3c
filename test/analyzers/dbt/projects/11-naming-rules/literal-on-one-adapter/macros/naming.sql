{% macro generate_schema_name(custom_schema_name, node) -%}
  {%- if target.type == 'duckdb' and custom_schema_name -%}
    {{ custom_schema_name | trim | lower }}
  {%- else -%}
    {{ default__generate_schema_name(custom_schema_name, node) }}
  {%- endif -%}
{%- endmacro %}
