/** §4.1 The file of the repository that a script's place means, wherever the script was copied to before it runs. */

/** Without its folders. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function filesByName(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const file of files) {
    const name = fileName(file);
    const known = byName.get(name);
    if (known) known.push(file);
    else byName.set(name, [file]);
  }
  return byName;
}

/**
 * The file whose path shares the longest ending with a script's place; of several the one that lies so beside the file that
 * starts it, else so at the root, else nobody. A module is its file.
 */
export function fileOf(runs: string, byName: ReadonlyMap<string, readonly string[]>, from?: string): string | undefined {
  if (/\s/.test(runs)) return undefined;
  const isModule = /^[A-Za-z_][\w.]*$/.test(runs) && !/\.(?:py|ipynb|sql|sh|R|jar|scala)$/.test(runs) && !byName.has(runs);
  const path = isModule ? `${runs.replaceAll('.', '/')}.py` : runs;
  const wanted = path
    .replace(/^[a-z0-9]+:\/+/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  const name = wanted.at(-1) ?? '';
  // A notebook has no ending where it is run.
  const ending = ['', ...(wanted.length > 1 ? ['.ipynb', '.py'] : [])].find((one) => byName.has(name + one)) ?? '';
  const whole = [...wanted.slice(0, -1), name + ending];
  const candidates = byName.get(name + ending) ?? [];
  const ranked = candidates.map((file) => ({ file, shared: sharedEnd(file.split('/'), whole) })).toSorted((a, b) => b.shared - a.shared);
  const [best, next] = ranked;
  if (!best || best.shared !== next?.shared) return best?.file;
  const beside = from === undefined || runs.includes(':') ? undefined : [...from.split('/').slice(0, -1), ...whole].join('/');
  const equal = ranked.filter(({ shared }) => shared === best.shared).map(({ file }) => file);
  return equal.find((file) => file === beside) ?? equal.find((file) => file === whole.join('/'));
}

/** A folder that nobody knows may be any, and counts where a known one before it is the same. */
function sharedEnd(file: readonly string[], wanted: readonly string[]): number {
  let shared = 0;
  for (let at = 1; at <= Math.min(file.length, wanted.length); at++) {
    const part = wanted.at(-at) ?? '';
    if (file.at(-at) === part) shared = at;
    else if (!/^\{[^{}]*\}$/.test(part)) break;
  }
  return shared;
}

/** A path as it is seen from a folder. What begins with a slash lies at the root of some machine. */
export function joinedPath(folder: string, path: string): string {
  const parts: string[] = path.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
