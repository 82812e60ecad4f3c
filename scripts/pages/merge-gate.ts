/** §8.3 docs/merge-gate.md from the conditions themselves. */
import { CONDITIONS } from '../../src/core/merge-gate/evaluate.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { code, type Page, page, table } from '../page-markdown.js';

export function pages(): readonly Page[] {
  const hours = DEFAULT_SETTINGS.merge.auto_after_hours;
  const what = `Before our App signs or merges, it reads the pull request anew and judges all of these, always all of them. It goes on only when every one holds. Tier-3 changes of low risk merge by themselves ${hours} hours after the last thing somebody could have objected to; for the others an approval takes the place of the waiting time.`;
  const unknown =
    '**Unknown is no.** What could not be read, a word of the forge that is not known, and an answer that failed in part are never taken for "none". `wait` is looked at again by itself, `block` when somebody acts and once a day, `unknown` after five minutes.';
  const signing =
    'What only holds once the policy is signed is left out when it is decided whether to sign, and marked here with *after signing*.';
  const rows = CONDITIONS.map((condition) => [
    String(condition.number),
    code(condition.id),
    `${condition.condition}${condition.afterSigning ? ' (*after signing*)' : ''}`,
    condition.passes,
    condition.waits ?? '',
    condition.blocks ?? '',
    condition.unknown ?? '',
  ]);
  const head = ['', 'id', 'condition', 'passes', 'waits', 'blocks', 'unknown'];
  const follows = table(
    ['what follows', 'when'],
    [
      ['go', 'every condition passes'],
      ['schema-changed', '`schema/unchanged` blocks: the data is profiled again'],
      ['inputs-changed', '`base/inputs` blocks: the proposal is made again'],
      ['restore-words', '`words/intact` blocks: title and description are put back, and the clock starts again'],
      ['rebuild', 'the base moved and nothing else stands in the way: our commit is made again on top of it'],
      ['wait', 'anything else, and always while one of the conditions 1, 2 and 6 to 8 does not hold: nothing is touched then'],
    ],
  );
  return [page('docs/merge-gate.md', 'The merge gate', what, unknown, signing, table(head, rows), '## What follows', follows)];
}
