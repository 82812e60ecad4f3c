/** §6.4, §6.5 docs/gates.md from the gate table. */
import { GATE_TABLE } from '../../src/core/gates.js';
import { GATES } from '../../src/core/vocabulary.js';
import { code, type Page, page, table } from '../page-markdown.js';

export function pages(): readonly Page[] {
  const overview = table(
    ['gate', 'checks', 'its rules stand in'],
    GATES.map((gate) => [code(gate), GATE_TABLE[gate].title, GATE_TABLE[gate].section]),
  );
  const each = GATES.map((gate) => {
    const row = GATE_TABLE[gate];
    const body = table(
      ['', ''],
      [
        ['input', row.input],
        ['pass', row.pass],
        ['fail', row.fail],
        ['skip', row.skip],
        ['a failure, checked inside the job', row.effect.inline_sdk],
        ['a failure, checked after the write', row.effect.post_write],
      ],
    );
    return `## ${gate}: ${row.title}\n\n${body}`;
  });
  const when =
    'A gate is active when its week of `bootstrap.progressive_schedule` is reached and the signed bundle holds its rules. Week 1 begins when the first version was signed.';
  return [page('docs/gates.md', 'Gates', when, overview, ...each)];
}
