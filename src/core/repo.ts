/** A repository as a value: what is in it, and the bytes that were asked for. */

/** `sha` is git's blob id (SHA-1 of `blob <size>\0<bytes>`), whatever the source: facts are cached under it. */
export type FileEntry = { readonly path: string; readonly sha: string; readonly size: number };
export type SourceFile = FileEntry & { readonly bytes: Uint8Array };
