/** §4.1 a template engine as one function value, so that nobody who asks it knows which engine it is. */

export type Rendered = { readonly text: string } | { readonly error: string };
/** Names may be values or functions. A function must not throw. */
export type RenderJinja = (source: string, names: Readonly<Record<string, unknown>>) => Rendered;

/** Terraform's HCL as JSON; or it is none; or more than may be read, and of what. */
export type HclRead =
  | { readonly kind: 'blocks'; readonly blocks: unknown }
  | { readonly kind: 'refused' }
  | { readonly kind: 'too-much'; readonly of: string };
export type ParseHcl = (text: string) => Promise<HclRead>;
