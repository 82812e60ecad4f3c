import { beforeAll, describe, expect, it } from 'vitest';
import { openJinja } from '../../src/adapters/minijinja/engine.js';
import type { RenderJinja } from '../../src/core/template-engine.js';

const state: { render: RenderJinja } = { render: () => ({ error: 'not open' }) };
beforeAll(async () => {
  state.render = await openJinja();
});

const many = (text: string, times: number) => text.repeat(times);
const HOSTILE = [
  [
    'text that doubles',
    "{% set ns=namespace(x='aaaaaaaa') %}{% for i in range(40) %}{% set ns.x=ns.x ~ ns.x %}{% endfor %}{{ ns.x|length }}",
  ],
  [
    'text that doubles by another name',
    "{% set ns=namespace(x='aa',y='') %}{% for i in range(40) %}{% set ns.y=ns.x %}{% set ns.x=ns.x ~ ns.y %}{% endfor %}",
  ],
  ['text times a number', "{{ 'a' * 1000000000 }}"],
  ['a loop without end', '{% for a in range(100000) %}{% for b in range(100000) %}{{ a }}{% endfor %}{% endfor %}'],
  ['a macro that calls itself', '{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}'],
  ['nested brackets', `{{ ${many('(', 50_000)}1${many(')', 50_000)} }}`],
  ['a chain of nots', `{{ ${many('not ', 100_000)}1 }}`],
  ['a chain of sums', `{{ 1${many('+1', 100_000)} }}`],
  ['a chain of attributes', `{{ x${many('.a', 100_000)} }}`],
  ['nested ifs', `${many('{% if 1 %}', 20_000)}${many('{% endif %}', 20_000)}`],
  ['an unknown tag', '{% materialization x %}'],
] as const;

describe('the engine', () => {
  it.each(HOSTILE)('%s is an error, soon, and the next template is rendered', (_, source) => {
    const began = performance.now();
    expect(state.render(source, {})).toHaveProperty('error');
    expect(performance.now() - began).toBeLessThan(2000);
    expect(state.render('{{ 1 + 1 }}', {})).toEqual({ text: '2' });
  });

  it('calls functions, and a function may render', () => {
    const shout = (text: unknown) => {
      const inner = state.render('{{ text|upper }}!', { text });
      return 'text' in inner ? inner.text : inner.error;
    };
    expect(state.render("{{ shout('orders') }} {{ shout('late') }}", { shout })).toEqual({ text: 'ORDERS! LATE!' });
  });

  it('a trap inside of a function ends that function only', () => {
    const trap = () => ('error' in state.render("{{ 'a' * 1000000000 }}", {}) ? 'gave up' : 'rendered');
    expect(state.render('{{ trap() }}', { trap })).toEqual({ text: 'gave up' });
    expect(state.render('{{ 1 + 1 }}', {})).toEqual({ text: '2' });
  });
});

describe('opened twice in one process', () => {
  it('renders as before', async () => {
    const other = await openJinja();
    const names = { target: { name: 'prod' }, prefix: (text: string) => `a_${text}` };
    const source = "{% if target.name == 'prod' %}{{ prefix('marts') }}{% endif %}";
    for (const render of [state.render, other, state.render, other]) expect(render(source, names)).toEqual({ text: 'a_marts' });
  });
});
