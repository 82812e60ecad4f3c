/** What we use of a tree-sitter node, as a type, so that nothing here imports the parser. `parent` is left out: walking up costs the depth each time. */

export type SyntaxNode = {
  readonly id: number;
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: { readonly row: number; readonly column: number };
  readonly endPosition: { readonly row: number; readonly column: number };
  readonly hasError: boolean;
  readonly namedChildren: readonly (SyntaxNode | null)[];
  childForFieldName(name: string): SyntaxNode | null;
  descendantsOfType(types: string[]): readonly (SyntaxNode | null)[];
};

/** Runs `use` on the parsed source and frees the tree; `undefined` when the parser's deadline passed. */
export type ParsePython = <T>(source: string, use: (root: SyntaxNode) => T) => T | undefined;

export function namedChildren(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (const child of node.namedChildren) if (child && child.type !== 'comment') found.push(child);
  return found;
}

/** A number that grows along the file: lines first, then columns. */
export function position(point: { readonly row: number; readonly column: number }): number {
  return point.row * 100_000 + Math.min(point.column, 99_999);
}
