{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
  {%- set name = (custom_alias_name or node.name) | trim -%}
  {%- if target.name == 'prod' -%}{{ name[:24] }}{%- else -%}{{ target.name }}_{{ name }}{%- endif -%}
{%- endmacro %}
{% macro generate_database_name(custom_database_name=none, node=none) -%}
  {%- do return(custom_database_name or ('vault' if target.name == 'prod' else target.database)) -%}
{%- endmacro %}
