/** Holds a GraphQL document to GitHub's own schema. */
import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { once } from '../once.js';

export type GraphqlJudge = {
  readonly schema: () => GraphQLSchema;
  readonly check: (document: string) => readonly string[];
};

/** The schema is 1.5 MB of text and takes a third of a second to build: one, when first asked for, in the whole process. */
export const githubSchema: () => GraphQLSchema = once(() => {
  // Read as a file: importing the package parses megabytes of another form of the same.
  const file = new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema'));
  return buildSchema(readFileSync(file, 'utf8'), { assumeValid: true });
});

export function graphqlJudge(): GraphqlJudge {
  const judged = new Map<string, readonly string[]>();
  return {
    schema: githubSchema,
    check: (document) => {
      const complaints = judged.get(document) ?? complaintsAbout(document);
      judged.set(document, complaints);
      return complaints;
    },
  };
}

function complaintsAbout(document: string): readonly string[] {
  try {
    return validate(githubSchema(), parse(document)).map(({ message }) => message);
  } catch (error) {
    if (error instanceof GraphQLError) return [error.message];
    throw error;
  }
}
