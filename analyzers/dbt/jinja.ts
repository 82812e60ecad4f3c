/** §4.1 The template engine behind one function value. Nothing of a repository runs elsewhere: fuel is limited, and a trap is an answer. */
import { Environment } from 'minijinja-js';

export type Rendered = { readonly text: string } | { readonly error: string };
/** Names may be values or functions. A function must not throw: the engine traps on it. */
export type RenderJinja = (source: string, names: Readonly<Record<string, unknown>>) => Rendered;

const FUEL = 50_000;
const MAX_SOURCE = 512 * 1024;
/** A name set to more than one of itself, or a text times a number: inside a loop such text outgrows any memory on little fuel. */
const GROWS = /\bset\s+([\w.]+)\s*=[^%]*\b\1\b[^%]*[~+*][^%]*\b\1\b|["']\s*\*\s*\w|\d\s*\*\s*["']/;

/** Filters that dbt adds to Jinja: names here do not depend on what they do. */
const PASSING = ['as_bool', 'as_native', 'as_number', 'as_text', 'tojson', 'fromjson', 'toyaml', 'set_strict', 'pprint', 'md5'];

export function renderJinja(source: string, names: Readonly<Record<string, unknown>>): Rendered {
  if (source.length > MAX_SOURCE) return { error: `${source.length} characters` };
  const grows = GROWS.exec(source);
  if (grows) return { error: `text that grows: ${grows[0].slice(0, 60)}` };
  const environment = new Environment();
  try {
    environment.enablePyCompat();
    environment.undefinedBehavior = 'chainable';
    environment.fuel = FUEL;
    for (const filter of PASSING) environment.addFilter(filter, (value: unknown) => value);
    for (const [name, value] of Object.entries(names)) environment.addGlobal(name, value);
    return { text: environment.renderStr(source, {}) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: message.split('\n')[0]?.slice(0, 160) ?? '' };
  } finally {
    release(environment);
  }
}

/** After a trap the environment still counts as borrowed, and freeing it throws. */
function release(environment: Environment): void {
  try {
    environment.free();
  } catch {
    return;
  }
}
