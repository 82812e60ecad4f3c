/** §4.1 The scripts of a package.json: commands with names. */

export function npmScript(text: string, target: string): { readonly text: string; readonly line: number } | undefined {
  const written = scriptsIn(text).get(target);
  if (written === undefined) return undefined;
  const place = text.indexOf(JSON.stringify(target), Math.max(0, text.indexOf('"scripts"')));
  return { text: written, line: text.slice(0, Math.max(0, place)).split('\n').length };
}

function scriptsIn(text: string): ReadonlyMap<string, string> {
  try {
    const told: unknown = JSON.parse(text);
    const scripts = typeof told === 'object' && told !== null && 'scripts' in told ? told.scripts : undefined;
    const entries = typeof scripts === 'object' && scripts !== null ? Object.entries(scripts) : [];
    return new Map(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])));
  } catch {
    return new Map();
  }
}
