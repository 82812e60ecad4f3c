/** §3.1, §10 docs/lifecycle.md: the picture and the table of the life of a bootstrap. */
import { type Edge, LIFECYCLE_EVENTS, TERMINAL_STATES, TRANSITIONS } from '../../src/core/lifecycle.js';
import { BOOTSTRAP_STATES } from '../../src/core/vocabulary.js';
import { code, type Page, page, table } from '../page-markdown.js';

export function pages(): readonly Page[] {
  const edges = BOOTSTRAP_STATES.flatMap((from) =>
    LIFECYCLE_EVENTS.flatMap((event) => {
      const edge = TRANSITIONS[from][event];
      return edge ? [{ from, event, edge }] : [];
    }),
  );
  // Drawn without the two edges that nearly every state has; the table below has them all.
  const drawn = edges.filter(({ event }) => event !== 'cancelled' && event !== 'gave-up');
  const picture = [
    '```mermaid',
    'stateDiagram-v2',
    '    [*] --> REGISTERED',
    ...drawn.map(({ from, event, edge }) => `    ${from} --> ${edge.to}: ${event}`),
    ...TERMINAL_STATES.map((state) => `    ${state} --> [*]`),
    '```',
  ].join('\n');
  const rows = edges.map(({ from, event, edge }) => [code(from), event, code(edge.to), edge.run ?? '', limit(edge)]);
  return [
    page(
      'docs/lifecycle.md',
      'The life of a bootstrap',
      'The picture leaves out `cancelled` and `gave-up`, which lead from nearly every state that has not ended to `CANCELLED` and `ESCALATED`.',
      picture,
      table(['state', 'event', 'next', 'runs', 'at most'], rows),
    ),
  ];
}

function limit({ counts, else: otherwise, resets }: Edge): string {
  const most = counts ? `${counts.max} times (${counts.counter}), then ${code(otherwise ?? 'ESCALATED')}` : '';
  const renewed = resets ? `renews ${resets.join(', ')}` : '';
  return [most, renewed].filter((text) => text !== '').join('; ');
}
