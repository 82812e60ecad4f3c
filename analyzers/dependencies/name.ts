/** A requirement's package, as PEP 503 compares names. */
export type DeclaredPackage = { readonly name: string; readonly line: number };

/** Names as PEP 503 compares them; a version, extra, marker or place behind the name is cut. */
export function packageName(requirement: string): string | undefined {
  const name = /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:$|[[<>=!~;@,( #])/.exec(requirement)?.[1];
  return name?.toLowerCase().replace(/[-_.]+/g, '-');
}
