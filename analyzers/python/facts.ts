/** §4.1 What one Python file says, alone: serialisable, kept by blob id; files meet in `analyzers/link.ts`. */
import type { UnresolvedReason } from '../../src/core/vocabulary.js';
import { mayPass } from '../flaw.js';

/**
 * An expression as far as targets need it. Depth and size are capped, so walking one may recurse.
 * `chain` is flat: `a.b(x)[k].c` is root `a` with steps attr, call, sub, attr. A name is a chain without steps.
 */
export type Expr =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'const'; readonly value: number | boolean | null }
  /** f-strings, `+` and strings beside each other. */
  | { readonly kind: 'cat'; readonly parts: readonly Expr[] }
  | { readonly kind: 'chain'; readonly root: Expr; readonly steps: readonly Step[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'op'; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'choice'; readonly of: readonly Expr[] }
  | { readonly kind: 'list'; readonly items: readonly Expr[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expr, Expr])[] }
  /** `*x`, `**x`: a dict entry with key `spread` holds it too. */
  | { readonly kind: 'spread'; readonly of: Expr }
  /** A comprehension: `body` for each element of `over`, bound to `names`. */
  | { readonly kind: 'each'; readonly body: Expr; readonly names: readonly string[]; readonly over: Expr }
  | { readonly kind: 'lambda'; readonly params: readonly Param[]; readonly body: Expr }
  | { readonly kind: 'opaque'; readonly text: string };

export type Args = {
  readonly args: readonly Expr[];
  readonly keywords: readonly { readonly name: string; readonly value: Expr }[];
};
export type Step =
  | { readonly kind: 'attr'; readonly name: string; readonly line: number }
  | ({ readonly kind: 'call'; readonly line: number; readonly endLine: number } & Args)
  | { readonly kind: 'sub'; readonly key: Expr };
export type Chain = Extract<Expr, { kind: 'chain' }>;

export type Param = {
  readonly name: string;
  readonly default?: Expr;
  readonly annotation?: string;
  readonly star?: 'args' | 'kwargs' | 'keyword_only';
  readonly line?: number;
};

/** Scope 0 is the module. A class is a scope too: its attributes are the binds in it. */
export type Scope = {
  readonly kind: 'module' | 'def' | 'class';
  readonly name: string;
  readonly parent: number;
  readonly block: number;
  readonly line: number;
  readonly endLine: number;
  readonly params: readonly Param[];
  readonly decorators: readonly Expr[];
  /** Base classes of a class. */
  readonly bases: readonly Expr[];
  /** Values a def returns or yields, in order, capped. */
  readonly returns: readonly Expr[];
  /** Where each of them stands. */
  readonly returnsAt?: readonly (readonly [block: number, pos: number])[];
  /** Names that it declares to be those of a scope further out: `global x`, `nonlocal x`. */
  readonly outer?: readonly string[];
};

/**
 * The body of one branch of a compound statement; block 0 is the file. `branches`: how many branches together are
 * taken for sure (`if` with `else`: all of them; `with`, `for`: 1; `if` without `else`: 0); those that end are left out. Branches of one
 * statement share `statement`. A comprehension and a lambda are blocks of kind `each`: what they bind is seen in them alone.
 */
export type Block = {
  readonly parent: number;
  readonly statement: number;
  readonly branches: number;
  readonly kind: 'module' | 'def' | 'class' | 'if' | 'for' | 'while' | 'with' | 'try' | 'match' | 'each';
  /** It returns or raises: nothing runs behind it that saw its binds. */
  readonly ends?: true;
  /** Where it returns, raises, exits or leaves its turn in any case: what stands behind in it is never come to. */
  readonly over?: number;
  /** It goes on with the next turn of its loop, or leaves that. */
  readonly skips?: 'turn' | 'loop';
  /** Of a branch of `if` and `match`, and of the body of a `for`: where its header ends, and the scope that it stands in. */
  readonly pos?: number;
  readonly scope?: number;
  /** What an `if`, `elif` or `case` asks; what stands behind `else` asks nothing. */
  readonly when?: Expr;
};

export type Import = {
  readonly scope: number;
  /** The name it gets here; `*` for everything. */
  readonly local: string;
  readonly module: string;
  /** The thing taken out of the module; absent for `import module`. */
  readonly name?: string;
  /** Leading dots of a relative import. */
  readonly level: number;
  readonly line: number;
  /** The branch that it stands in; absent for none. */
  readonly block?: number;
};

/** Where a bind or call stands: `pos` grows through the file, so that of two things in a scope the earlier is known. */
export type Placed = { readonly scope: number; readonly block: number; readonly pos: number; readonly line: number };

/**
 * A name that gets a value, in source order. `name` may be dotted (`self.path`). `for` binds each element of the value,
 * `key` is `x[key] = value`, which `delete` takes away; `index` is the place in a tuple that is unpacked, negative behind a star.
 */
export type Bind = Placed & {
  readonly name: string;
  readonly how: 'assign' | 'augment' | 'for' | 'with' | 'delete';
  readonly value: Expr;
  readonly key?: Expr;
  readonly index?: number;
  /** Of `x: Path = …`. */
  readonly annotation?: string;
};

/** The outermost call of a chain, `df.write.mode("x").parquet(p)` being one. `endLine` is the last line of it. */
export type Call = Placed & {
  readonly chain: Chain;
  readonly endLine: number;
  /** The source, cut to one line, for calls whose verb is known. */
  readonly text?: string;
};

/** The calls of a file in the order of its source: of most files few are asked for, and only those are made. */
export type Calls = Iterable<Call> & { readonly length: number; readonly at: (index: number) => Call | undefined };

/** SQL that stands outside Python: a `%sql` cell. */
export type SqlCell = { readonly text: string; readonly line: number; readonly endLine: number };

export type Flaw = { readonly reason: UnresolvedReason; readonly line: number; readonly text: string };

/** Names with the places that have them: indices, of calls in pairs with a step. */
export type Named = readonly (readonly [name: string, places: readonly number[]])[];

/** What a file is found by, so that the rest of it is read only where somebody follows a name into it. */
export type FactsIndex = {
  /** Calls by the name before their brackets: index and step; the step is -1 for a function that the call hands over, -2 for one that is called by a method of its own. */
  readonly calls: Named;
  /** Scopes by their names, and classes by the last names of their bases. */
  readonly defs: Named;
  readonly bases: Named;
  /** What the file names anew for others, by the name that it has where it comes from. */
  readonly renamed: readonly (readonly [name: string, as: string])[];
  /** Calls that may read or write data. */
  readonly sites: readonly number[];
  /** Last parts of texts that end like the name of a settings file. */
  readonly settings: readonly string[];
};

export type PythonFacts = {
  readonly index: FactsIndex;
  readonly imports: readonly Import[];
  readonly scopes: readonly Scope[];
  readonly blocks: readonly Block[];
  readonly binds: readonly Bind[];
  readonly calls: Calls;
  readonly sql: readonly SqlCell[];
  /** Names of notebooks that `%run` pulls in. */
  readonly runs: readonly string[];
  /** Of a notebook, per line of the joined source: [raw line of the JSON, cell index, line in the cell]. */
  readonly cells?: readonly (readonly [number, number, number])[];
  /** `if __name__ == "__main__"` stands in it. */
  readonly main: boolean;
  readonly flaws: readonly Flaw[];
};

/** Read again it may say more. */
export function isGivenUp({ flaws }: Pick<PythonFacts, 'flaws'>): boolean {
  return flaws.some(mayPass);
}

export function emptyFacts(flaws: readonly Flaw[]): PythonFacts {
  const module = {
    kind: 'module',
    name: '',
    parent: -1,
    block: 0,
    line: 1,
    endLine: 1,
    params: [],
    decorators: [],
    bases: [],
    returns: [],
  } as const;
  const block = { parent: -1, statement: 0, branches: 1, kind: 'module' } as const;
  return {
    index: { calls: [], defs: [], bases: [], renamed: [], sites: [], settings: [] },
    imports: [],
    scopes: [module],
    blocks: [block],
    binds: [],
    calls: [],
    sql: [],
    runs: [],
    main: false,
    flaws,
  };
}
