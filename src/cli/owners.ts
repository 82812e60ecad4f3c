/** §4.3 `sf owners`: who owns a path, by the CODEOWNERS file of a folder. */
import { Command, Option } from 'commander';
import { ownersOf } from '../../analyzers/ownership/codeowners.js';
import type { Codeowners } from '../core/facts.js';
import { type Console, FORMATS_SHOWN, type ShownAs } from './output.js';

export type OwnersDeps = { readonly codeowners: (folder: string) => Promise<Codeowners>; readonly console: Console };

export function ownersCommand({ codeowners, console }: OwnersDeps): Command {
  return new Command('owners')
    .argument('<folder>', 'folder of the repository')
    .argument('<paths...>', "paths from the repository's root")
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS_SHOWN).default('text'))
    .addHelpText('after', '\nExample:\n  $ sf owners ./data-pipelines jobs/orders.py --format json\n')
    .action(async (folder: string, paths: string[], { format }: { readonly format: ShownAs }) => {
      console.out(printOwners(await codeowners(folder), paths, format));
    });
}

/** JSON: one object `{path: [owners]}`. Text: a line a path, with the line of the file that decided. */
export function printOwners(codeowners: Codeowners, paths: readonly string[], format: ShownAs): string {
  const answers = paths.map((path) => ({ path, ...ownersOf(codeowners, path) }));
  if (format === 'json') return `${JSON.stringify(Object.fromEntries(answers.map(({ path, owners }) => [path, owners])), undefined, 2)}\n`;
  const lines = answers.map(({ path, owners, rule }) => {
    const who = owners.length > 0 ? owners.join(' ') : 'nobody';
    const none = codeowners.file === undefined ? 'there is no CODEOWNERS file' : `no line of ${codeowners.file} matches`;
    const why = rule ? `${codeowners.file ?? 'CODEOWNERS'}:${rule.line} ${rule.pattern}` : none;
    return `${path}  ${who}  (${why})`;
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
