/** §4.1 `{{ ds }}` in a text that an orchestrator renders: a hole by the name of what stands in it, a time where it is one. */
import { concat, type Hole, holed, literal, type Template } from './template.js';

const EXPRESSION = /\{\{-?([^{}]*)-?\}\}/g;
/** The macros of Airflow that say when. */
const TIME =
  /^(?:(?:next_|prev_|yesterday_|tomorrow_)?(?:ds|ts)(?:_nodash)?(?:_with_tz)?|(?:next_|prev_)?execution_date|logical_date|data_interval_(?:start|end)|macros|run_id|dag_run)\b/;

/** `known`: what `params.x` and the like are worth where somebody says it. */
export function withJinja(template: Template, known: (expression: string) => Template | undefined = () => undefined): Template {
  if (!template.parts.some((part) => typeof part === 'string' && part.includes('{{'))) return template;
  const pieces = template.parts.map((part) => (typeof part === 'string' ? rendered(part, known) : { parts: [part], via: [] }));
  return { ...concat(...pieces), via: template.via, ...(template.origin ? { origin: template.origin } : {}) };
}

function rendered(text: string, known: (expression: string) => Template | undefined): Template {
  const pieces = text.split(EXPRESSION);
  return concat(
    ...pieces.map((piece, index): Template => {
      if (index % 2 === 0) return literal(piece);
      const expression = piece.trim();
      return known(expression) ?? { parts: [holeOf(expression)], via: [] };
    }),
  );
}

function holeOf(expression: string): Hole | string {
  const names = expression.split('|')[0]?.match(/[A-Za-z_]\w*/g) ?? [];
  const [named] = holed(TIME.test(expression) ? 'time' : 'config', (TIME.test(expression) ? names[0] : names.at(-1)) ?? 'value').parts;
  return named ?? '';
}
