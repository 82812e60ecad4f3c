/** The key of a repository of the forge, made and read back. */
import { expect, test } from 'vitest';
import { forgeKey, idOf } from '../../src/core/forge-key.js';

test.each([
  [forgeKey(7), 7],
  [forgeKey(0), 0],
  ['jobs', undefined],
  ['7', undefined],
  ['id:', undefined],
  ['id:7x', undefined],
  ['my-id:7', undefined],
])('%s', (key, id) => expect(idOf(key)).toBe(id));
