/** Terraform's parser as one running engine: a program in Go, in WebAssembly. What is asked it answers before the call returns. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

declare global {
  namespace WebAssembly {
    function compile(bytes: Uint8Array): Promise<object>;
    function instantiate(module: object, imports: object): Promise<object>;
  }
}

/** `broken`: the engine itself failed, and may give wrong answers, or none, to whatever it is asked next. */
export type HclAnswer = { readonly kind: 'blocks'; readonly blocks: unknown } | { readonly kind: 'refused' } | { readonly kind: 'broken' };
export type HclEngine = {
  readonly parse: (text: string) => HclAnswer;
  /** It may end by itself, some time after it broke. */
  readonly hasEnded: () => boolean;
  /** Nothing of it goes on by itself any more. */
  readonly end: () => void;
};

type Root = { parse?: (file: string, text: string, answer: (error: unknown, json: unknown) => void) => void };
type Go = {
  readonly importObject: object;
  readonly exited?: boolean;
  readonly _scheduledTimeouts: Map<unknown, NodeJS.Timeout>;
  readonly run: (instance: object) => Promise<void>;
  exit: (code: number) => void;
};

const require = createRequire(import.meta.url);

/** Compiled once for whoever holds it, started as often as needed. */
export function hclStarter(): () => Promise<HclEngine> {
  const compiled: { module?: Promise<object> } = {};
  return () => {
    compiled.module ??= WebAssembly.compile(gunzipSync(readFileSync(require.resolve('@cdktn/hcl2json/main.wasm.gz'))));
    return startHcl(compiled.module);
  };
}

async function startHcl(module: Promise<object>): Promise<HclEngine> {
  const go = newGo();
  // A code is no news: the engine that ended gives no answer, which is.
  go.exit = () => undefined;
  const instance = await WebAssembly.instantiate(await module, go.importObject);
  const root: Root = {};
  // Where the program looks for a place to put its functions.
  Reflect.set(globalThis, '__parse_terraform_config_wasm__', root);
  void go.run(instance);
  return {
    parse: (text) => ask(root, text),
    hasEnded: () => go.exited === true,
    end: () => {
      for (const timeout of go._scheduledTimeouts.values()) clearTimeout(timeout);
    },
  };
}

function ask({ parse }: Root, text: string): HclAnswer {
  const said: { answer?: readonly [error: unknown, json: unknown] } = {};
  try {
    parse?.('file.tf', text, (...answer) => {
      said.answer = answer;
    });
  } catch {
    return { kind: 'broken' };
  }
  if (!said.answer) return { kind: 'broken' };
  const [error, json] = said.answer;
  return error || typeof json !== 'string' ? { kind: 'refused' } : { kind: 'blocks', blocks: JSON.parse(json) };
}

function newGo(): Go {
  require('@cdktn/hcl2json/wasm/bridge_wasm_exec.js');
  const Made: unknown = Reflect.get(globalThis, 'Go');
  const go: unknown = typeof Made === 'function' ? Reflect.construct(Made, []) : undefined;
  if (!isGo(go)) throw new Error('@cdktn/hcl2json has another shape than expected');
  return go;
}

function isGo(go: unknown): go is Go {
  return typeof go === 'object' && go !== null && ['importObject', 'run', 'exit', '_scheduledTimeouts'].every((key) => key in go);
}
