{% macro tables_like(pattern) %}
  {% set found = run_query("select table_name from information_schema.tables where table_name like '" ~ pattern ~ "'") %}
  {% if execute %}{{ return(found.columns[0].values()) }}{% else %}{{ return([]) }}{% endif %}
{% endmacro %}
