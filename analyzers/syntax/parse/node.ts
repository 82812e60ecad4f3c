/** A node of our own parser: one shape for all, with its children in order and the field names of those that have one. */
import type { SyntaxNode } from '../node.js';

export type Names = readonly string[];
const NOTHING: ParsedNode[] = [];
/** The kinds of nodes that have no fields, and those without children, share this. */
export const NO_NAMES: Names = [];

export class ParsedNode implements SyntaxNode {
  readonly hasError = false;

  constructor(
    public type: string,
    readonly startIndex: number,
    public endIndex: number,
    readonly parts: ParsedNode[] = NOTHING,
    readonly names: Names = NO_NAMES,
  ) {}

  /** Asked of calls alone: no two of them end at one place. */
  get id(): number {
    return this.endIndex;
  }

  get namedChildren(): readonly ParsedNode[] {
    return this.parts;
  }

  childForFieldName(name: string): ParsedNode | null {
    const { names } = this;
    for (let index = 0; index < names.length; index++) if (names[index] === name) return this.parts[index] ?? null;
    return null;
  }

  /** In the order of the document, the outer one first. */
  descendantsOfType(types: readonly string[]): ParsedNode[] {
    const wanted = new Set(types);
    const found: ParsedNode[] = [];
    const open: ParsedNode[] = [this];
    for (let node = open.pop(); node; node = open.pop()) {
      if (wanted.has(node.type)) found.push(node);
      const { parts } = node;
      for (let index = parts.length - 1; index >= 0; index--) {
        const child = parts[index];
        if (child) open.push(child);
      }
    }
    return found;
  }
}
