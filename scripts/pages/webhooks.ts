/** §14.5 docs/webhooks.md from the event table, with how many examples of each GitHub itself gives. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as z from 'zod';
import { COMMAND_TABLE, COMMAND_WORDS } from '../../src/core/slash-command.js';
import { EVENT_TABLE } from '../../src/core/webhook-events.js';
import { code, type Page, page, table } from '../page-markdown.js';

const Examples = z.array(z.object({ name: z.string(), examples: z.array(z.looseObject({ action: z.string().optional() })) }));

/** GitHub's example payloads by event and action. */
function exampleCounts(): ReadonlyMap<string, number> {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@octokit/webhooks-examples');
  const counts = new Map<string, number>();
  for (const { name, examples } of Examples.parse(JSON.parse(readFileSync(path, 'utf8')))) {
    for (const { action } of examples) counts.set(cell(name, action), (counts.get(cell(name, action)) ?? 0) + 1);
  }
  return counts;
}

function cell(event: string, action: string | undefined): string {
  return action === undefined ? event : `${event}.${action}`;
}

const ABOUT = [
  'Every delivery is stored before it is answered, then worked one after another for each repository. What it asks for is looked up in',
  'this table; the present state is then read afresh, so a delivery that comes late, twice or out of order does no harm. Events and',
  'actions that are not here are stored, ask nothing of us, and say so.',
].join('\n');

const TESTED = [
  'The last column is how many of the example payloads come from GitHub itself (`@octokit/webhooks-examples`). Where it has none, the',
  'test builds one of ours from an example of the same event and the fields that GitHub’s schema requires.',
].join('\n');

export function pages(): readonly Page[] {
  const counts = exampleCounts();
  const rows = EVENT_TABLE.flatMap(({ event, actions, says, delivered }) =>
    (actions.length === 0 ? [undefined] : actions).map((action) => {
      const count = counts.get(cell(event, action)) ?? 0;
      const asked = delivered === 'always' ? 'every App' : 'app.yml';
      return [code(cell(event, action)), says, asked, count === 0 ? 'ours' : String(count)];
    }),
  );
  const words = COMMAND_WORDS.map((word) => {
    const { help, least, leastInPublic } = COMMAND_TABLE[word];
    return [code(`/autopilot ${word}`), help, least, leastInPublic];
  });
  return [
    page(
      'docs/webhooks.md',
      'Webhooks and commands',
      ABOUT,
      table(['event', 'what follows', 'comes by', 'examples'], rows),
      TESTED,
      '## Commands',
      'In the first line of a comment in the conversation of a pull request or an issue, that is not blank, quoted or code.',
      table(['word', 'what it does', 'least role, private', 'least role, public'], words),
    ),
  ];
}
