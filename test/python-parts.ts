/** Says before the tests which Python parts are left out, so that a green run does not hide it. */
import { python, pythonParts } from './python.js';

export function setup(): void {
  for (const name of pythonParts()) {
    const found = python(name);
    if ('leftOut' in found) console.warn(found.leftOut);
  }
}
