/**
 * What we use of a syntax node, as a type: nodes of tree-sitter and of our own parser have it. `parent` is left out, since walking
 * up costs the depth each time; so are rows and columns, which the source tells more cheaply.
 */

export type SyntaxNode = {
  readonly id: number;
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly hasError: boolean;
  readonly namedChildren: readonly (SyntaxNode | null)[];
  /** Named children without comments and the backslashes at the end of a line, where they are at hand. */
  readonly parts?: readonly SyntaxNode[];
  childForFieldName(name: string): SyntaxNode | null;
  descendantsOfType(types: string[]): readonly (SyntaxNode | null)[];
};

/** Runs `use` on the parsed source and frees the tree; `undefined` when the parser's deadline passed. */
export type ParsePython = <T>(source: string, use: (root: SyntaxNode) => T) => T | undefined;

/** May stand between any two others. */
const EXTRAS = new Set(['comment', 'line_continuation']);

export function namedChildren(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.parts) return node.parts;
  const found: SyntaxNode[] = [];
  for (const child of node.namedChildren) if (child && !EXTRAS.has(child.type)) found.push(child);
  return found;
}
