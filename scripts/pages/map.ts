/** Draws docs/map.md: each section of the specification and the files that open with its number. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { groupPairs } from '../../analyzers/pairs.js';
import { GENERATED, type Page } from '../page.js';

const OWNERS = ['src/core', 'analyzers', 'generators', 'src/flows', 'src/engine', 'src/cli', 'src/ports.ts'];
/** Background, plan, glossary, headings over headings, and sections that only say what a step is for. */
const WITHOUT_OWNER = /^(1|2|11|12|13)(\.|$)|^([3-8]|10|14)$|^[4-7]\.1$/;

type Section = { readonly number: string; readonly title: string };
type Opening = { readonly file: string; readonly sentence: string; readonly sections: readonly string[] };

/** The first sentence of a file's opening comment, on one line. */
function opening(file: string): Opening {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  const sentence = comment
    .replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return { file, sentence, sections: [...sentence.matchAll(/§(\d+(?:\.\d+)?)/g)].flatMap(([, number]) => number ?? []) };
}

function sourcesBelow(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (path.endsWith('.ts')) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${path}/${name}`)
    .sort();
}

function specifiedSections(): readonly Section[] {
  const headings = readFileSync('docs/specification.md', 'utf8').matchAll(/^#{2,4} §(\d+(?:\.\d+)?) (.+)$/gm);
  return [...headings].flatMap(([, number, title]) => (number && title ? [{ number, title }] : []));
}

/** A section with its files, room by room. */
function chapter({ number, title }: Section, owners: readonly Opening[], wired: ReadonlySet<string>): readonly string[] {
  const rooms = [...groupPairs(owners.map(({ file }) => [dirname(file), file]))].map(([room, files]) => {
    const names = files.map((file) => `[${basename(file, '.ts')}](../${file})${notWired(file, wired)}`);
    return `- [\`${room}\`](../${room}): ${names.join(', ')}`;
  });
  return [`## §${number} ${title}`, '', ...rooms, ''];
}

function others(openings: readonly Opening[], wired: ReadonlySet<string>): readonly string[] {
  const rooms = groupPairs(openings.map((one) => [dirname(one.file), one]));
  return [...rooms].flatMap(([room, files]) => [
    `### [\`${room}\`](../${room})`,
    '',
    ...files.map(({ file, sentence }) => `- [${basename(file, '.ts')}](../${file})${notWired(file, wired)}: ${sentence}`),
    '',
  ]);
}

function notWired(file: string, wired: ReadonlySet<string>): string {
  if (wired.has(file)) return '';
  return file.startsWith('src/core/decide/') ? ' (decided, not yet wired)' : ' (not yet wired)';
}

const IMPORTED = /(?:\bfrom|\bimport\(?|\bnew URL\()\s*'(\.[^']+)\.js'/g;

/** Every file that the program can come to from `src/main`, by imports of values or types and by the workers it starts. */
function wiredFiles(): ReadonlySet<string> {
  const seen = new Set(sourcesBelow('src/main'));
  for (const file of seen) {
    for (const [, target] of readFileSync(file, 'utf8').matchAll(IMPORTED)) {
      const path = `${join(dirname(file), target ?? '')}.ts`;
      if (existsSync(path)) seen.add(path);
    }
  }
  return seen;
}

/** A section is owned by the files that name it, or that name one of its own sections. */
function ownersOf({ number }: Section, openings: readonly Opening[]): readonly Opening[] {
  return openings.filter(({ sections }) => sections.includes(number));
}

export function pages(): readonly Page[] {
  const openings = OWNERS.flatMap(sourcesBelow).map(opening);
  const sections = specifiedSections();
  const owned = sections.filter((section) => ownersOf(section, openings).length > 0);
  const open = sections.filter((section) => !owned.includes(section) && !WITHOUT_OWNER.test(section.number));
  const unnumbered = openings.filter(({ sections: numbers }) => numbers.length === 0);
  const wired = wiredFiles();
  const lines = [
    `<!-- ${GENERATED} -->`,
    '# Map',
    '',
    'Where a section of the [specification](specification.md) is carried out, room by room. A file names its sections in its first',
    'comment. How the rooms hang together is told in [architecture.md](architecture.md).',
    '',
    'Nothing that is shipped comes yet to what is called not wired: it is decided and tested, and no command carries it out.',
    '',
    ...owned.flatMap((section) => chapter(section, ownersOf(section, openings), wired)),
    '## Sections without a file yet',
    '',
    ...(open.length === 0 ? ['None.'] : open.map(({ number, title }) => `- [§${number}](specification.md) ${title}`)),
    '',
    '## Files that serve no single section',
    '',
    ...others(unnumbered, wired),
  ];
  return [{ path: 'docs/map.md', content: lines.join('\n') }];
}
