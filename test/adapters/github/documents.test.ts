/** The documents that a snapshot is read with, against GitHub's own GraphQL schema. */
import { schema } from '@octokit/graphql-schema';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { CONNECTIONS, furtherPages, SNAPSHOT } from '../../../src/adapters/github/snapshot-document.js';

const github = buildSchema(schema.idl, { assumeValidSDL: true });

test.each([['the snapshot', SNAPSHOT], ...CONNECTIONS.map((name): [string, string] => [`further pages of ${name}`, furtherPages(name)])])(
  '%s asks for what GitHub has, and for nothing that it takes away',
  (_what, document) => {
    expect(validate(github, parse(document)).map(({ message }) => message)).toEqual([]);
  },
);

test('a field that GitHub does not have is minded', () => {
  expect(validate(github, parse(SNAPSHOT.replace('isInMergeQueue', 'isInAQueue'))).length).toBe(1);
});
