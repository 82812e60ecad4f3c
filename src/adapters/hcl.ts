/** §4.1 HCL as JSON, by Terraform's own parser in WebAssembly; expressions stay text between `${` and `}`. */
import { createRequire } from 'node:module';
import { nestingOf } from '../core/nesting.js';
import type { ParseHcl } from '../core/template-engine.js';

type Hcl = { readonly parse: (name: string, text: string) => Promise<unknown> };

/** Its parser recurses over nests, and a stack that overflows there takes the engine with it. */
const MAX_NESTING = 200;

/** The engine is started with the first file: most repositories hold none. Its types would bring the DOM with them. */
export function openHcl(): ParseHcl {
  const opened: { engine?: Hcl } = {};
  return async (text) => {
    if (nestingOf(text) > MAX_NESTING) return undefined;
    // An engine that is not there is no fault of the file.
    opened.engine ??= load();
    try {
      return await opened.engine.parse('file.tf', text);
    } catch {
      return undefined;
    }
  };
}

function load(): Hcl {
  const require = createRequire(import.meta.url);
  const loaded: unknown = require('@cdktn/hcl2json');
  if (!isHcl(loaded)) throw new Error('@cdktn/hcl2json has another shape than expected');
  return loaded;
}

function isHcl(value: unknown): value is Hcl {
  return typeof value === 'object' && value !== null && 'parse' in value && typeof value.parse === 'function';
}
