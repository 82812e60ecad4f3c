{% materialization kept, default %}
  {{ return({'relations': []}) }}
{% endmaterialization %}
