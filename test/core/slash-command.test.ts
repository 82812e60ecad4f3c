/** §14.4 what is a command and what only looks like one. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { ROLES } from '../../src/core/merge-gate/snapshot.js';
import {
  COMMAND_TABLE,
  COMMAND_WITHIN_CHARACTERS,
  COMMAND_WORDS,
  commandHelp,
  commandRefusal,
  editDistance,
  isOnlyCommand,
  mayCommand,
  type ReadCommand,
  readCommand,
} from '../../src/core/slash-command.js';
import { projectFiles } from '../project-files.js';

const command = (word: (typeof COMMAND_WORDS)[number], rest = ''): ReadCommand => ({ kind: 'command', word, rest });
const NONE: ReadCommand = { kind: 'none' };

const rows: readonly (readonly [says: string, text: string, read: ReadCommand])[] = [
  ['a word', '/autopilot hold', command('hold')],
  ['what stands behind it is free text', '/autopilot hold until the migration is over ', command('hold', 'until the migration is over')],
  ['only the first line counts', '/autopilot status\n/autopilot proceed', command('status')],
  ['blank lines before it', '\r\n  \n\t\n/autopilot rescan', command('rescan')],
  ['large letters', '/Autopilot HOLD', command('hold')],
  ['no word asks for help', '/autopilot', command('help')],
  ['several blanks and tabs', '/autopilot \t resume\t', command('resume')],
  ['indented less than code', '   /autopilot hold', command('hold')],
  ['indented as code is', '    /autopilot hold', NONE],
  ['a tab is code too', '\t/autopilot hold', NONE],
  ['a quoted line', '> /autopilot proceed', NONE],
  ['a fence', '```\n/autopilot proceed\n```', NONE],
  ['a tilde fence', '~~~\n/autopilot proceed', NONE],
  ['in the middle of a line', 'please /autopilot hold', NONE],
  ['after other text', 'Looks wrong.\n/autopilot hold', NONE],
  ['in backticks', '`/autopilot hold`', NONE],
  ['in a list', '- /autopilot hold', NONE],
  ['in an HTML comment', '<!-- /autopilot proceed -->', NONE],
  ['a word that begins like ours', '/autopilots hold', NONE],
  ['a path that begins like ours', '/autopilot/hold', NONE],
  ['behind an invisible character', '\u200b/autopilot proceed', NONE],
  ['behind a byte order mark', '\ufeff/autopilot proceed', NONE],
  ['nothing', '', NONE],
  ['only blanks', ' \n\t\n', NONE],
  ['a word of a later version', '/autopilot approve', { kind: 'later', word: 'approve' }],
  ['a word of a later version with a dash', '/autopilot offer-again now', { kind: 'later', word: 'offer-again' }],
  ['mistyped', '/autopilot hodl', { kind: 'unknown', suggestion: 'hold' }],
  ['two letters missing', '/autopilot procd', { kind: 'unknown', suggestion: 'proceed' }],
  ['near nothing', '/autopilot deploy', { kind: 'unknown' }],
  ['a mention', '/autopilot @acme/everyone', { kind: 'unknown' }],
  ['a word that every object has', '/autopilot constructor', { kind: 'unknown' }],
  ['look-alike letters', '/autopilot hоld', { kind: 'unknown', suggestion: 'hold' }],
];

test.each(rows)('%s', (_, text, read) => {
  expect(readCommand(text)).toEqual(read);
});

describe('whatever is written', () => {
  test('reading ends, and what a snapshot keeps of a comment reads the same', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 500 }),
        fc.constantFrom('', '/autopilot ', '\n/autopilot hold '),
        (text, before) => {
          expect(readCommand(before + text)).toEqual(readCommand((before + text).slice(0, COMMAND_WITHIN_CHARACTERS)));
        },
      ),
    );
  });

  test('a quote of any command is none', () => {
    fc.assert(
      fc.property(fc.constantFrom(...COMMAND_WORDS), fc.string(), (word, rest) => {
        expect(readCommand(`> /autopilot ${word} ${rest}`)).toEqual(NONE);
      }),
    );
  });

  test('one letter wrong is never obeyed, and the word that was meant is offered', () => {
    fc.assert(
      fc.property(fc.constantFrom(...COMMAND_WORDS), fc.nat(), fc.constantFrom('x', 'q'), (word, at, letter) => {
        const typed = word.slice(0, at % word.length) + letter + word.slice((at % word.length) + 1);
        expect(readCommand(`/autopilot ${typed}`)).toEqual({ kind: 'unknown', suggestion: word });
      }),
    );
  });

  test('nothing of an unknown word comes back', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[@<![\](){}#*_~&;a-z]{1,60}$/), (word) => {
        const read = readCommand(`/autopilot ${word}`);
        if (read.kind !== 'unknown') return;
        const said = commandRefusal(read);
        expect([said, commandRefusal({ kind: 'unknown' })].every((each) => !/[@<!#~&;]/.test(each))).toBe(true);
      }),
    );
  });
});

describe('distance of words', () => {
  test.each([
    ['hold', 'hold', 0],
    ['hodl', 'hold', 1],
    ['hol', 'hold', 1],
    ['holdd', 'hold', 1],
    ['', 'hold', 4],
    ['resume', 'rescan', 3],
  ])('%s and %s', (a, b, away) => {
    expect(editDistance(a, b)).toBe(away);
  });

  test('is the same both ways, and none only of a word to itself', () => {
    const word = fc.stringMatching(/^[a-d]{0,8}$/);
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});

describe('who may', () => {
  const least = (word: (typeof COMMAND_WORDS)[number], isPrivate: boolean) => ROLES.find((role) => mayCommand(word, role, isPrivate));

  test.each([
    ['help', 'read', 'read'],
    ['status', 'read', 'read'],
    ['hold', 'read', 'triage'],
    ['rescan', 'write', 'write'],
    ['resume', 'write', 'write'],
    ['proceed', 'write', 'write'],
  ] as const)('%s: in private %s, in public %s', (word, inPrivate, inPublic) => {
    expect([least(word, true), least(word, false)]).toEqual([inPrivate, inPublic]);
  });

  test('nobody without a role may do anything', () => {
    expect(COMMAND_WORDS.filter((word) => mayCommand(word, 'none', true))).toEqual([]);
  });
});

test('help lists what there is, and nothing of later versions', () => {
  for (const word of COMMAND_WORDS) expect(commandHelp()).toContain(`\`/autopilot ${word}\` | ${COMMAND_TABLE[word].help}`);
  expect(commandHelp()).not.toMatch(/approve|rollback|regenerate|tier/);
});

test('a word of a later version is said to be one', () => {
  expect(commandRefusal({ kind: 'later', word: 'approve' })).toContain('not available in this version');
  expect(commandRefusal({ kind: 'unknown', suggestion: 'hold' })).toContain('Did you mean `/autopilot hold`?');
});

describe('a comment that is only a command', () => {
  it.each([
    ['/autopilot status', true],
    ['\n  /Autopilot HOLD \n', true],
    ['/autopilot status\nnot like this', false],
    ['/autopilot status\rnot like this', false],
    ['/autopilot hold please', false],
    [`/autopilot status${'\n'.repeat(290)}do not merge`.slice(0, COMMAND_WITHIN_CHARACTERS), false],
  ])('%j', (text, only) => expect(isOnlyCommand(text)).toBe(only));
});

test('no text of ours sends anybody to a word that is not obeyed', () => {
  const sources = projectFiles().filter((file) => /^(src|generators|scripts)\/.*\.ts$/.test(file));
  const said = sources.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/\/autopilot ([a-z][a-z-]*)/g)].map(([, word = '']) => ({ file, word }));
  });
  expect(said.length).toBeGreaterThan(10);
  expect(said.filter(({ word }) => !Object.hasOwn(COMMAND_TABLE, word))).toEqual([]);
});
