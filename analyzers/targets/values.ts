/** What an expression can be worth, and the frame it is read in. */

import type { SourceRef } from '../../src/core/evidence.js';
import type { HoleReason, Origin, SaidWord } from '../../src/core/origin.js';
import type { Bind, Expr } from '../python/facts.js';
import type { ScriptRun } from '../templates/given.js';
import { type HoleKind, holed, literal, type Template } from '../templates/template.js';
import { type InTurns, joinTurns, NO_TURNS, type Turns } from '../templates/turns.js';
import type { Paid } from './paid.js';
import type { DefRef, Program, Unit } from './program.js';

/** An expression with the place its names are looked up from. */
export type Thunk = { readonly expr: Expr; readonly frame: Frame };
export type BoundArgs = ReadonlyMap<string, Thunk>;

export type Frame = {
  readonly unit: Unit;
  readonly scope: number;
  readonly block: number;
  /** Binds of the scope at or after this place are not seen. */
  readonly pos: number;
  /** Parameters of the innermost def, when a call is known. */
  readonly bound?: BoundArgs;
  /** What `self` or `cls` is here. */
  readonly self?: Value;
  /** The frame a nested def was made in. */
  readonly outer?: Frame;
  /** Names of a comprehension. */
  readonly locals?: ReadonlyMap<string, readonly Value[]>;
  /** The turns of loops that this is read in, where they are known. */
  readonly turns?: Turns;
  /** Every turn of a loop is seen here, also those that do not come to this place. */
  readonly isWhole?: boolean;
  /** The loop at the end of one of whose turns this is. */
  readonly endOf?: number;
};

/** The turns of a text stand in its template. */
export type Value = InTurns & Kind;

type Kind =
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'const'; readonly value: number | boolean | null }
  /** `unordered`: nobody knows which of its elements comes first, or how often each is there. */
  | { readonly kind: 'list'; readonly items: readonly (readonly Value[])[]; readonly unordered?: true }
  /** `isOpen`: it may have more entries. */
  | {
      readonly kind: 'dict';
      readonly entries: readonly { readonly keys: readonly Value[]; readonly values: Thunk }[];
      readonly isOpen?: boolean;
    }
  /** `behind`: what `super()` is in that class. */
  | { readonly kind: 'instance'; readonly of: DefRef; readonly ctor?: BoundCall; readonly behind?: DefRef }
  | { readonly kind: 'class'; readonly of: DefRef }
  /** `ofClass`: a method as its class has it, which is given `self` as its first argument. */
  | { readonly kind: 'def'; readonly of: DefRef; readonly self?: Value; readonly outer?: Frame; readonly ofClass?: true }
  | { readonly kind: 'lambda'; readonly of: Extract<Expr, { kind: 'lambda' }>; readonly frame: Frame }
  /** A method of a text, list or dictionary, not yet called. */
  | { readonly kind: 'method'; readonly of: Value; readonly name: string }
  | { readonly kind: 'file'; readonly unit: Unit }
  /** A file of data, open or read: what is in it nobody knows. */
  | { readonly kind: 'opened'; readonly path: Template; readonly isRead?: true }
  /** Something of a library, by its qualified name. */
  | { readonly kind: 'library'; readonly name: string }
  /** Arguments of a job or command; `unit` is where they are declared, `parser` whose they are. */
  | { readonly kind: 'options'; readonly unit: Unit; readonly style: 'argparse' | 'glue' | 'widgets'; readonly parser?: string }
  | {
      readonly kind: 'hole';
      readonly hole: HoleKind;
      readonly name: string;
      readonly otherwise?: string;
      /** What it is where nobody gives it, and nobody does: a text without letters, or `None`. */
      readonly nothing?: '' | null;
      /** Of an argument: the function that a run calls with it. */
      readonly entry?: string;
      readonly via?: readonly SourceRef[];
      /** Why it is one, where its kind does not say so. */
      readonly why?: HoleReason;
      readonly origin?: Origin;
    };

/** Arguments as they stand at a call, with the caller's frame. */
export type BoundCall = {
  readonly args: readonly Expr[];
  readonly keywords: readonly { readonly name: string; readonly value: Expr }[];
  readonly frame: Frame;
  /** Of its brackets, where it is written as a call. */
  readonly line?: number;
};

/** Whether a condition holds, in some turns of loops; undefined where nobody knows. */
export type Verdict = (turns: Turns) => boolean | undefined;
/** `open`: parameters nobody had bound; `turns`: those that it may tell apart. */
export type Judged = { readonly verdict: Verdict; readonly open: ReadonlySet<string>; readonly turns: readonly Turns[] };
/** With what it costs to ask. */
export type Judgement = { readonly frame: Frame; readonly paid: Paid<Judged>; readonly evaluations: number; readonly depth: number };

/** The state of evaluating one site: a budget, and which parameters nobody had bound. */
export type Evaluation = {
  readonly program: Program;
  unbound: Set<string>;
  /** What calls say about mode, format and columns, in the order in which they were asked; kept where values are explained. */
  readonly said: SaidWord[];
  budget: number;
  depth: number;
  /** The greatest depth so far. */
  deepest: number;
  /** Members whose values are worked out now, the outermost first. */
  readonly underWay: UnderWay[];
  /** The run of the script that is read, where one is. */
  readonly run: ScriptRun | undefined;
  /** The files that may be run for what is read, the script first. */
  readonly files: readonly string[];
  /** What conditions still may cost, all together. */
  patience: number;
  /** Conditions that are looked at now, one for the other. */
  judging: number;
  readonly judgements: Map<Expr, readonly Judgement[]>;
  /** Lines that add to a text, of those that are looked at now. */
  added: number;
  /** Names of a file of which it is read now what a def leaves them at, and whether that asked for the same again. */
  readonly rebinding: Map<string, 'open' | 'met'>;
  /** The evaluator itself, so that its parts need not import each other in a ring. */
  readonly evaluate: (expr: Expr, frame: Frame) => readonly Value[];
};

/** `Class.name` of any instance of a class, or of the one that a call makes. `isPlain`: it hangs on nothing but the class. */
export type Member = { readonly key: string; readonly of: BoundCall | undefined; readonly isPlain: boolean };
/** `touched`: what it asked for so far; `outermost`: the place of the outermost one that ended a ring in it; `bind`: the one that is read now. */
export type UnderWay = Member & { readonly touched: Set<string>; outermost: number; bind?: Bind };

/** `pos` of a frame that is seen from another def or file: whatever stands there has run. */
export const ELSEWHERE = Number.MAX_SAFE_INTEGER;
/** `pos` behind all that stands in a def, for who is in it. */
export const AT_END = ELSEWHERE - 1;

/** One step further down; whoever takes it comes back up. */
export function descend(ev: Evaluation): void {
  ev.depth += 1;
  if (ev.depth > ev.deepest) ev.deepest = ev.depth;
}

export function text(template: Template): Value {
  return { kind: 'text', template };
}
export function textOf(value: string): Value {
  return text(literal(value));
}
export function hole(kind: HoleKind, name: string, why?: HoleReason): Value {
  return why === undefined ? { kind: 'hole', hole: kind, name } : { kind: 'hole', hole: kind, name, why };
}

export function turnsOfValue(value: Value): Turns {
  return (value.kind === 'text' ? value.template.turns : value.turns) ?? NO_TURNS;
}

/** Those of the values that can be in these turns too. */
export function inTurns(values: readonly Value[], turns: Turns): readonly Value[] {
  if (turns.size === 0) return values;
  return values.flatMap((value): readonly Value[] => {
    const all = joinTurns(turnsOfValue(value), turns);
    return all ? [withTurns(value, all)] : [];
  });
}

export function withTurns(value: Value, turns: Turns): Value {
  return value.kind === 'text' ? text({ ...value.template, turns }) : { ...value, turns };
}

/** In these turns too, as far as that can be. */
export function seenIn(frame: Frame, turns: Turns): Frame {
  const all = joinTurns(frame.turns ?? NO_TURNS, turns);
  return all && all.size > 0 ? { ...frame, turns: all } : frame;
}

/** A loop of a def, or of a module. */
export function loopKey(of: DefRef, pos: number): string {
  return `${defKey(of)}:${pos}`;
}

/** What a def gives to its caller: called again, its loops begin anew, so that their turns say nothing outside. */
export function leaving(values: readonly Value[], of: DefRef): readonly Value[] {
  const own = `${defKey(of)}:`;
  return values.map((value): Value => {
    const turns = turnsOfValue(value);
    const outer = [...turns].filter(([loop]) => !loop.startsWith(own));
    return outer.length === turns.size ? value : withTurns(value, new Map(outer));
  });
}

/** A value where text is wanted. `None` is no text. */
export function asTemplate(value: Value): Template | undefined {
  const template = templateOf(value);
  return template && value.kind !== 'text' && value.turns ? { ...template, turns: value.turns } : template;
}

function templateOf(value: Value): Template | undefined {
  switch (value.kind) {
    case 'text':
      return value.template;
    case 'const':
      return value.value === null ? undefined : literal(pythonText(value.value));
    case 'hole':
      return { ...holeOf(value), via: value.via ?? [], ...(value.origin ? { origin: value.origin } : {}) };
    case 'library':
      return holed('opaque', value.name.slice(value.name.lastIndexOf('.') + 1));
    case 'options':
      return holed('arg', 'args');
    case 'opened':
      return value.isRead ? holed('opaque', 'open') : value.path;
    case 'def':
    case 'class':
    case 'instance':
      return holed('opaque', value.of.unit.facts.scopes[value.of.scope]?.name ?? '');
    default:
      return undefined;
  }
}

function holeOf({ hole: kind, name, otherwise, entry }: Extract<Value, { kind: 'hole' }>): Template {
  const made = holed(kind, name, otherwise);
  return entry === undefined ? made : { ...made, parts: made.parts.map((part) => (typeof part === 'string' ? part : { ...part, entry })) };
}

function pythonText(value: number | boolean): string {
  if (typeof value === 'number') return String(value);
  return value ? 'True' : 'False';
}

export function defKey(ref: DefRef): string {
  return `${ref.unit.path}#${ref.scope}`;
}

export function moduleFrame(unit: Unit): Frame {
  return { unit, scope: 0, block: 0, pos: ELSEWHERE };
}
