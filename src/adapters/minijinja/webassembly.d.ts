/** The part of WebAssembly's own interface that is used here; Node's types for version 20 leave it to the DOM library. */
declare namespace WebAssembly {
  type Exports = { readonly memory?: { grow(pages: number): number } };
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: Exports;
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
  }
}
