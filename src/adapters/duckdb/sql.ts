/** Untrusted names and paths in generated SQL: quoted here and nowhere else. */

/** A column name that came out of a file. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path DuckDB reads as this one file: its glob characters lose their meaning inside brackets. */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, '[$&]'));
}

export function pathList(paths: readonly string[]): string {
  return `[${paths.map(pathLiteral).join(', ')}]`;
}
