/** What a GraphQL document asks for, before it is carried out. */
import { Kind, parse } from 'graphql';
import { type Json, textAt } from '../json.js';

/** `query repository rateLimit`, `mutation createCommitOnBranch`: the top-level fields. */
export function operationOf(body: Json): { readonly operation: string; readonly kind: 'read' | 'write' } {
  try {
    const { definitions } = parse(textAt(body, 'query') ?? '');
    const operations = definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
    const chosen = operations.find(({ name }) => name?.value === textAt(body, 'operationName')) ?? operations[0];
    const fields = chosen?.selectionSet.selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : [])) ?? [];
    const word = chosen?.operation ?? 'query';
    return { operation: `${word} ${fields.join(' ')}`, kind: word === 'mutation' ? 'write' : 'read' };
  } catch {
    return { operation: 'query', kind: 'read' };
  }
}
