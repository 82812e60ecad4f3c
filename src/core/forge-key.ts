/** The key of a repository of the forge: its number, which survives a rename. A folder's key is its name. */
const KEY = /^id:(\d+)$/;

export function forgeKey(id: number): string {
  return `id:${id}`;
}

/** Undefined for the key of a folder. */
export function idOf(key: string): number | undefined {
  const id = KEY.exec(key)?.[1];
  return id === undefined ? undefined : Number(id);
}
