/** §4.4 `ds://<namespace>/<name>`: read and print. Which urn a target gets is `decide/urn.ts`. */
import * as z from 'zod';

export const DatasetUrn = z
  .string()
  .regex(/^ds:\/\/[a-z0-9][a-z0-9_.-]*\/[a-z0-9][a-z0-9_.-]*$/, 'a dataset urn reads ds://namespace/name, lower case');
export type DatasetUrn = z.infer<typeof DatasetUrn>;

export type UrnParts = { readonly namespace: string; readonly name: string };

export function printUrn({ namespace, name }: UrnParts): DatasetUrn {
  return `ds://${namespace}/${name}`;
}

/** The two parts of a valid urn; throws on anything else, which is a bug of the caller. */
export function urnParts(urn: DatasetUrn): UrnParts {
  const match = /^ds:\/\/([^/]+)\/([^/]+)$/.exec(urn);
  if (!match?.[1] || !match[2]) throw new Error(`not a dataset urn: ${urn}`);
  return { namespace: match[1], name: match[2] };
}

/** A word that may stand in a urn: lower case, `_` for anything else; `undefined` when nothing is left. */
export function urnWord(text: string): string | undefined {
  const word = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '_')
    .replace(/^[_.-]+|[_.-]+$/g, '');
  return word === '' ? undefined : word;
}
