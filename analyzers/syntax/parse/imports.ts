/** `import` in its forms. */
import { Expressions } from './expressions.js';
import * as k from './kinds.js';
import { giveUp } from './lexemes.js';
import { type Names, ParsedNode } from './node.js';

const FROM: Names = ['module_name'];
const ALIAS: Names = ['name', 'alias'];

export abstract class Imports extends Expressions {
  protected importStatement(): ParsedNode {
    const { start } = this;
    this.next();
    const names: ParsedNode[] = [];
    this.imported(names);
    return new ParsedNode('import_statement', start, this.lastEnd, names);
  }

  private imported(into: ParsedNode[]): void {
    for (;;) {
      const name = this.dottedName();
      if (this.kind === k.AS) {
        this.next();
        const alias = this.name();
        into.push(new ParsedNode('aliased_import', name.startIndex, alias.endIndex, [name, alias], ALIAS));
      } else into.push(name);
      if (this.kind !== k.COMMA) return;
      this.next();
      if (this.kind !== k.NAME) return;
    }
  }

  private dottedName(): ParsedNode {
    const first = this.name();
    let end = first.endIndex;
    while (this.kind === k.DOT) {
      this.next();
      end = this.name().endIndex;
    }
    return new ParsedNode('dotted_name', first.startIndex, end);
  }

  protected fromImport(): ParsedNode {
    const { start } = this;
    this.next();
    const isFuture = this.kind === k.NAME && this.is('__future__');
    const from = this.moduleName();
    this.take(k.IMPORT);
    const parts = [from];
    if (this.kind === k.STAR) parts.push(this.leaf('wildcard_import'));
    else if (this.kind === k.OPEN_PAREN) {
      this.open();
      this.imported(parts);
      this.close(k.CLOSE_PAREN);
    } else this.imported(parts);
    return new ParsedNode(isFuture ? 'future_import_statement' : 'import_from_statement', start, this.lastEnd, parts, FROM);
  }

  private moduleName(): ParsedNode {
    const { start } = this;
    let { end } = this;
    if (this.kind === k.NAME) return this.dottedName();
    if (this.kind !== k.DOT && this.kind !== k.ELLIPSIS) giveUp();
    while (this.kind === k.DOT || this.kind === k.ELLIPSIS) {
      end = this.end;
      this.next();
    }
    if (this.kind === k.NAME) end = this.dottedName().endIndex;
    return new ParsedNode('relative_import', start, end);
  }
}
