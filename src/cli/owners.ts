/** §4.3 `sf owners`: who owns a path, by the CODEOWNERS file of a folder. */
import { Command, Option } from 'commander';
import type { PathOwners } from '../flows/find-owners.js';
import { type Console, FORMATS_SHOWN, plain, type ShownAs } from './output.js';

export type OwnersDeps = {
  readonly owners: (folder: string, paths: readonly string[]) => Promise<readonly PathOwners[]>;
  readonly console: Console;
};

export function ownersCommand({ owners, console }: OwnersDeps): Command {
  return new Command('owners')
    .argument('<folder>', 'folder of the repository')
    .argument('<paths...>', "paths from the repository's root")
    .addOption(new Option('--format <format>', 'how to print').choices(FORMATS_SHOWN).default('text'))
    .addHelpText('after', '\nExample:\n  $ sf owners ./data-pipelines jobs/orders.py --format json\n')
    .action(async (folder: string, paths: string[], { format }: { readonly format: ShownAs }) => {
      console.out(printOwners(await owners(folder, paths), format));
    });
}

/** JSON: one object `{path: [owners]}`. Text: a line a path, with the line of the file that decided. */
export function printOwners(answers: readonly PathOwners[], format: ShownAs): string {
  if (format === 'json') return `${JSON.stringify(Object.fromEntries(answers.map(({ path, owners }) => [path, owners])), undefined, 2)}\n`;
  return answers
    .map(({ path, owners, because }) => `${plain(`${path}  ${owners.length > 0 ? owners.join(' ') : 'nobody'}  (${because})`)}\n`)
    .join('');
}
