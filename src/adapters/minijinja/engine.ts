/** §4.1 Jinja by a WebAssembly engine: its memory has an end, its steps are counted, and after a trap a new instance takes over. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Environment } from 'minijinja-js';
import type { Rendered, RenderJinja } from '../../core/template-engine.js';

const FUEL = 50_000;
/** Pages of 64 KiB. The engine as it is shipped may grow to 4 GiB, which a template of a hundred bytes can make it do. */
const MAX_PAGES = 512;

/** Filters that dbt adds to Jinja: names do not depend on what they do. */
const PASSING = ['as_bool', 'as_native', 'as_number', 'as_text', 'tojson', 'fromjson', 'toyaml', 'set_strict', 'pprint', 'md5'];

type Glue = {
  readonly Environment: new () => Environment;
  readonly __wbg_set_wasm: (exports: WebAssembly.Exports) => void;
};

/** The package's glue knows one instance at a time, so there is one renderer. */
const opened: { renderer?: Promise<RenderJinja> } = {};

export function openJinja(): Promise<RenderJinja> {
  opened.renderer ??= open();
  return opened.renderer;
}

/** The engine is compiled with the first template: most repositories hold none. */
async function open(): Promise<RenderJinja> {
  const require = createRequire(import.meta.url);
  const glue: unknown = await import(pathToFileURL(require.resolve('minijinja-js/dist/bundler/minijinja_js_bg.js')).href);
  if (!isGlue(glue)) throw new Error('minijinja-js has another shape than expected');
  const state: { module?: WebAssembly.Module; instance?: WebAssembly.Instance; render?: RenderJinja } = {};
  const renew = () => {
    // The glue keeps views of the memory until they are detached, which growing by nothing does.
    state.instance?.exports.memory?.grow(0);
    state.module ??= new WebAssembly.Module(
      withMemoryLimit(readFileSync(require.resolve('minijinja-js/dist/bundler/minijinja_js_bg.wasm')), MAX_PAGES),
    );
    state.instance = new WebAssembly.Instance(state.module, { './minijinja_js_bg.js': { ...glue } });
    glue.__wbg_set_wasm(state.instance.exports);
  };
  return (source, names) => {
    if (!state.instance) renew();
    state.render ??= renderer(glue, renew);
    return state.render(source, names);
  };
}

function isGlue(value: unknown): value is Glue {
  return typeof value === 'object' && value !== null && 'Environment' in value && '__wbg_set_wasm' in value;
}

/** A macro renders inside a render: the instance is renewed only when no render of it is left open. */
function renderer(glue: Glue, renew: () => void): RenderJinja {
  const state = { open: 0, trapped: false };
  return (source, names) => {
    if (state.trapped) return { error: 'the engine gave up' };
    state.open += 1;
    const environment = new glue.Environment();
    try {
      return render(environment, source, names);
    } catch (error) {
      // Errors of a template are plain; anything else leaves the engine in an unknown state.
      state.trapped = !(error instanceof Error) || error.constructor !== Error;
      const message = error instanceof Error ? error.message : String(error);
      return { error: message.split('\n')[0]?.slice(0, 160) ?? '' };
    } finally {
      state.open -= 1;
      release(environment);
      if (state.trapped && state.open === 0) {
        renew();
        state.trapped = false;
      }
    }
  };
}

function render(environment: Environment, source: string, names: Readonly<Record<string, unknown>>): Rendered {
  environment.enablePyCompat();
  environment.undefinedBehavior = 'chainable';
  environment.fuel = FUEL;
  for (const filter of PASSING) environment.addFilter(filter, (value: unknown) => value);
  for (const [name, value] of Object.entries(names)) environment.addGlobal(name, value);
  return { text: environment.renderStr(source, {}) };
}

/** Always: an environment that is left to the garbage collector is freed later, in whichever instance is there then. */
function release(environment: Environment): void {
  try {
    environment.free();
  } catch {
    // After a trap it counts as borrowed; it goes with its instance.
    return;
  }
}

const MEMORY_SECTION = 5;

/** The same module with a maximum in its memory section (WebAssembly core specification, 5.5.8). */
export function withMemoryLimit(bytes: Uint8Array, maxPages: number): Uint8Array<ArrayBuffer> {
  for (let at = 8; at < bytes.length; ) {
    const size = readLeb(bytes, at + 1);
    const end = size.next + size.value;
    if (bytes[at] === MEMORY_SECTION) {
      const initial = readLeb(bytes, size.next + 2);
      const payload = [1, 1, ...leb(initial.value), ...leb(maxPages)];
      return joined([bytes.subarray(0, at), Uint8Array.from([MEMORY_SECTION, ...leb(payload.length), ...payload]), bytes.subarray(end)]);
    }
    at = end;
  }
  throw new Error('the module declares no memory');
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function readLeb(bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let at = from;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, next: at };
  }
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
}
