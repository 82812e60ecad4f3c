/** GitHub's own examples of its big objects: what the stand-in fills with values of its own. */
import { descriptionFile, type Members, membersOf } from './files.js';

/** One fresh copy of the example for each call, by operation: `pulls/create`, `repos/get`; the first entry where the answer is a list. */
export function templates(): { readonly operationIds: readonly string[]; readonly take: (operationId: string) => Members } {
  const examples = descriptionFile('examples.json');
  return {
    operationIds: Object.keys(examples),
    take: (operationId) => {
      if (!Object.hasOwn(examples, operationId))
        throw new Error(`no example of ${operationId}; there are ${Object.keys(examples).join(', ')}`);
      const [first] = [examples[operationId]].flat();
      return membersOf(structuredClone(first));
    },
  };
}
