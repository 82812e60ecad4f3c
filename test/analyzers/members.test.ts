/**
 * Members of classes are worked out once for all that ask. What a file says may not hang on who asked before it: classes that make
 * their attributes of each other's, over files, say the same when the files are read in the other order.
 */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { linkSites } from '../../analyzers/link.js';
import type { PythonFacts } from '../../analyzers/python/facts.js';
import { extractPython } from '../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';

const FILES = 3;
const NAMES = ['a', 'b'] as const;

/** Of the class in a file: `of` is the class in another one. */
type Attribute = { readonly name: string; readonly text: (classOf: (file: number) => string) => string };
type Class = { readonly base: number | undefined; readonly given: readonly Attribute[]; readonly later: readonly Attribute[] };

const name = fc.constantFrom(...NAMES);
const file = fc.nat({ max: FILES - 1 });
const text = fc.oneof(
  fc.constantFrom('"s3://lake"', '"gold"', 'path').map((said) => () => said),
  name.map((one) => () => `self.${one} + "/${one}"`),
  fc.tuple(name, name).map(
    ([one, other]) =>
      () =>
        `f"{self.${one}}/{self.${other}}"`,
  ),
  fc.tuple(file, name).map(
    ([of, one]): Attribute['text'] =>
      (classOf) =>
        `${classOf(of)}().${one}`,
  ),
  fc.tuple(file, name).map(
    ([of, one]): Attribute['text'] =>
      (classOf) =>
        `${classOf(of)}.${one} + "/x"`,
  ),
);
const attributes = fc.array(fc.record({ name, text }), { maxLength: 2 });
const classes = fc.array(fc.record({ base: fc.option(file, { nil: undefined }), given: attributes, later: attributes }), {
  minLength: FILES,
  maxLength: FILES,
});

let parse: ParsePython;
beforeAll(async () => {
  parse = await openParser(5_000);
});

/** `moduleOf`: what the file of a class is called. */
function program(all: readonly Class[], moduleOf: (file: number) => string): ReadonlyMap<string, PythonFacts> {
  const classOf = (of: number): string => `${moduleOf(of)}.C${of}`;
  return new Map(
    all.map(({ base, given, later }, own) => {
      const line = ({ name: to, text: made }: Attribute): string => `        self.${to} = ${made(classOf)}\n`;
      const source = [
        ...all.flatMap((_, other) => (other === own ? [] : [`import ${moduleOf(other)}\n`])),
        `class C${own}${base === undefined || base === own ? '' : `(${classOf(base)})`}:\n`,
        `    def __init__(self, path="s3://default"):\n        self.made = 1\n${given.map(line).join('')}`,
        `    def go(self, df):\n        self.made = 2\n${later.map(line).join('')}`,
        ...NAMES.map((one) => `        df.to_csv(self.${one})\n`),
      ].join('');
      return [`${moduleOf(own)}.py`, extractPython('py', Buffer.from(source.replaceAll(`${moduleOf(own)}.C${own}`, `C${own}`)), parse)];
    }),
  );
}

function rows(all: readonly Class[], moduleOf: (file: number) => string): unknown {
  const { writes } = linkSites(program(all, moduleOf));
  const fileOf = (path: string): number => all.findIndex((_, own) => path === `${moduleOf(own)}.py`);
  return writes.map(({ file: path, line, targets, resolution }) => [fileOf(path), line, targets.toSorted(), resolution]).toSorted();
}

test('members are the same whoever asks for them first', () => {
  fc.assert(
    fc.property(classes, (all) => {
      expect(rows(all, (of) => `m${of}`)).toEqual(rows(all, (of) => `m${FILES - of}`));
    }),
    { numRuns: 24 },
  );
});
