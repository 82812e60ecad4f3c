/** §4.1 A command that calls a program of the repository: `make load`, `npm run load`, `./run.sh prod`. */
import { assignment } from '../infrastructure/command-line.js';
import type { ProgramCall } from '../infrastructure/facts.js';
import { joinedPath } from '../script-file.js';
import { fullText, printTemplate, type Template } from '../templates/template.js';

type Called = Omit<ProgramCall, 'at' | 'by'>;
type Variables = Map<string, Template>;

/** What stands before a command and changes nothing about what it calls. */
const BEFORE = /^(?:env|sudo|exec|time|nohup|nice|command)$/;
const SHELL = /^(?:\S*\/)?(?:ba|da|k|z)?sh$/;
const PROGRAM = /^[\w./{}-]+\.(?:sh|bash)$/;
const NOTHING: ReadonlyMap<string, Template> = new Map();

/** `folder`: where it is called. */
export function programCalled(words: readonly Template[], folder: string): Called | undefined {
  const environment: Variables = new Map();
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at];
    const given = word && assigned(word);
    if (given) environment.set(...given);
    else if (!word || !BEFORE.test(fullText(word) ?? '')) break;
  }
  const verb = wordAt(words, at);
  const rest = words.slice(at + 1);
  const called = verb === 'make' || verb === '{MAKE}' ? made(rest, folder) : (npmRun(verb, rest, folder) ?? shellRun(verb, rest, folder));
  return called && { ...called, environment };
}

type Found = Omit<Called, 'environment'>;

/** `make -C jobs ENV=prod load`; of several targets the first one that is named. */
function made(words: readonly Template[], folder: string): Found {
  const variables: Variables = new Map();
  let place = folder;
  let file = 'Makefile';
  let target: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    const text = word ? (fullText(word) ?? '') : '';
    const given = word && assigned(word);
    if (given) variables.set(...given);
    else if (/^-(?:C|-directory)$/.test(text)) place = joinedPath(folder, wordAt(words, ++at));
    else if (/^-(?:f|-file|-makefile)$/.test(text)) file = wordAt(words, ++at);
    else if (/^--directory=/.test(text)) place = joinedPath(folder, text.slice('--directory='.length));
    else if (!text.startsWith('-') && text !== '') target ??= text;
  }
  return { kind: 'make', path: joinedPath(place, file), ...(target === undefined ? {} : { target }), words: [], variables };
}

function assigned(word: Template): readonly [string, Template] | undefined {
  return /^[A-Za-z_]\w*=/.test(String(word.parts[0] ?? '')) ? assignment(word) : undefined;
}

function npmRun(verb: string, words: readonly Template[], folder: string): Found | undefined {
  if (!/^(?:npm|yarn|pnpm)$/.test(verb)) return undefined;
  const from = /^run(?:-script)?$/.test(wordAt(words, 0)) ? 1 : 0;
  const target = wordAt(words, from);
  if ((from === 0 && verb === 'npm') || !/^\w[\w:.-]*$/.test(target)) return undefined;
  const behind = words.slice(from + 1).filter((word, index) => index > 0 || fullText(word) !== '--');
  return { kind: 'npm', path: joinedPath(folder, 'package.json'), target, words: behind, variables: NOTHING };
}

/** `./run.sh a`, `bash -e jobs/run.sh a`; what is sourced only sets something. */
function shellRun(verb: string, words: readonly Template[], folder: string): Found | undefined {
  if (PROGRAM.test(verb)) return { kind: 'shell', path: joinedPath(folder, verb), words, variables: NOTHING };
  if (!SHELL.test(verb)) return undefined;
  const at = words.findIndex((word) => !/^-[a-bd-z]*$/.test(printTemplate(word)));
  const path = wordAt(words, at);
  return PROGRAM.test(path) ? { kind: 'shell', path: joinedPath(folder, path), words: words.slice(at + 1), variables: NOTHING } : undefined;
}

function wordAt(words: readonly Template[], at: number): string {
  const word = words[at];
  return word ? printTemplate(word) : '';
}

/** Where one is behind `cd jobs`. */
export function folderAfter(words: readonly Template[], folder: string): string {
  const [first, second, ...more] = words;
  if (!first || !second || more.length > 0 || fullText(first) !== 'cd') return folder;
  return joinedPath(folder, printTemplate(second));
}
