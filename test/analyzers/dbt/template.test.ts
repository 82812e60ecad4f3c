import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readyTemplate } from '../../../analyzers/dbt/names.js';
import { tagsOf } from '../../../analyzers/dbt/tags.js';
import { readSql } from '../../../analyzers/dbt/template.js';
import { readProject, readProperties } from '../../../analyzers/dbt/yaml-files.js';

describe('one .sql file', () => {
  it('keeps tags, drops long plain SQL and Jinja comments', () => {
    const { template } = readSql(`{# {{ ref('no') }} #}${'select '.repeat(100)}{{ ref('orders') }}`);
    expect(template).toBe(" {{ ref('orders') }}");
  });

  it('takes macros and snapshots out; tests and materializations go', () => {
    const file = readSql(
      "{% macro m(a, b='x') %}{{ a }}{% endmacro %}\n{% snapshot s %}{{ ref('t') }}{% endsnapshot %}{% test u(model) %}{{ ref('v') }}{% endtest %}",
    );
    expect(file.macros).toEqual([{ name: 'm', params: "a, b='x'", body: '{{ a }}' }]);
    expect(file.snapshots).toEqual([{ name: 's', template: "{{ ref('t') }}", line: 2 }]);
    expect(file.template.trim()).toBe('');
  });

  it('a tag ends outside of its strings', () => {
    expect(readSql("{{ config(alias='%}') }}x").template).toBe("{{ config(alias='%}') }}x");
  });

  it('above 2 MB it is a flaw', () => {
    expect(readSql('x'.repeat(2 * 1024 * 1024 + 1)).flaws.map(({ reason }) => reason)).toEqual(['too-large']);
  });

  it('tags that never close cost no more than their length', () => {
    const began = performance.now();
    expect(readSql('{{ '.repeat(300_000)).macros).toEqual([]);
    expect(tagsOf('{% '.repeat(300_000))).toEqual([]);
    expect(readyTemplate("{{ 'a' ".repeat(100_000))).toHaveLength(700_000);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('never throws', () => {
    const sign = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      '{#',
      '#}',
      'macro ',
      'm(',
      ')',
      'endmacro',
      'snapshot s',
      "'",
      '"',
      '\\',
      ' ',
      'a',
      '\n',
      '-',
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect(typeof readSql(text).template).toBe('string');
        expect(typeof readyTemplate(text)).toBe('string');
        expect(Array.isArray(readProperties(text).nodes)).toBe(true);
        expect(typeof readProject(text).name).toBe('string');
      }),
    );
  });
});
