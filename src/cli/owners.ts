/** §4.3 `sf owners`: who owns a path, by the CODEOWNERS file of a folder. */
import { ownersOf } from '../../analyzers/ownership/codeowners.js';
import type { Codeowners } from '../core/facts.js';

export type OwnersFormat = 'text' | 'json';

/** JSON: one object `{path: [owners]}`. Text: a line a path, with the line of the file that decided. */
export function printOwners(codeowners: Codeowners, paths: readonly string[], format: OwnersFormat): string {
  const answers = paths.map((path) => ({ path, ...ownersOf(codeowners, path) }));
  if (format === 'json') return `${JSON.stringify(Object.fromEntries(answers.map(({ path, owners }) => [path, owners])), undefined, 2)}\n`;
  const lines = answers.map(({ path, owners, rule }) => {
    const who = owners.length > 0 ? owners.join(' ') : 'nobody';
    const why = rule ? `${codeowners.file ?? 'CODEOWNERS'}:${rule.line} ${rule.pattern}` : 'no line matches';
    return `${path}  ${who}  (${why})`;
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
