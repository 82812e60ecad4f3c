/** What a block of a text becomes, and what it must know of where it stands. */

/** `tick` names the form that a click on a task box sends; without it boxes only show. */
export type Options = { readonly tick?: string };
export type Context = Options & { readonly depth: number; readonly tight: boolean };
/** `taken`: how many lines of the text it was. */
export type Block = { readonly html: string; readonly taken: number };
