/** A commit as a person makes it, of any kind of entry, without a work tree. */
import { execFileSync } from 'node:child_process';

export type PersonsFile = { readonly path: string; readonly content: string; readonly mode?: string };

/** On top of `parent`; `branch` points at it afterwards. */
export function personCommit(directory: string, branch: string, parent: string, files: readonly PersonsFile[]): string {
  const ref = `refs/heads/${branch}`;
  const input = [
    `commit ${ref}\nmark :1\ncommitter Ada <ada@example.com> now\n${data('A change')}\nfrom ${parent}\n`,
    ...files.map(({ path, content, mode = '100644' }) =>
      mode === '160000' ? `M ${mode} ${content} ${quoted(path)}\n` : `M ${mode} inline ${quoted(path)}\n${data(content)}\n`,
    ),
    'get-mark :1\n',
  ];
  return execFileSync('git', ['-C', directory, 'fast-import', '--quiet', '--force', '--date-format=now'], {
    input: input.join(''),
    encoding: 'utf8',
  }).trim();
}

const data = (content: string): string => `data ${Buffer.byteLength(content)}\n${content}`;

/** A path with a quote or a newline is written as in C; JSON writes these two the same. */
const quoted = (path: string): string => JSON.stringify(path);
