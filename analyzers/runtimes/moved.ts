/** §4.3 What is written under a name for the time being, and moved to its own by the same function: `os.replace(tmp, path)`. */
import { groupPairs } from '../pairs.js';
import type { Call, Expr } from '../python/facts.js';
import { templatesOf } from '../targets/evaluate.js';
import { spend } from '../targets/paid.js';
import type { Unit } from '../targets/program.js';
import type { Evaluation, Thunk } from '../targets/values.js';
import { printTemplate, type Template } from '../templates/template.js';

type Move = { readonly call: Call; readonly from: string; readonly to: Expr };

const MOVES: ReadonlySet<string> = new Set(['move', 'mv', 'rename', 'renames', 'replace']);
const MODULES: ReadonlySet<string> = new Set(['os', 'shutil']);

/** Where that comes to lie; undefined where it stays. */
export function placedFinally(ev: Evaluation, written: Thunk): Thunk | undefined {
  const { frame, expr } = written;
  const moves = movesOf(frame.unit).get(frame.scope)?.slice(0, MAX_MOVES);
  if (!moves) return undefined;
  spend(ev.program, moves.length);
  const from = wordFor(expr);
  const move = from === undefined ? undefined : moves.find((one) => one.from === from && one.call.pos > frame.pos);
  if (!move) return undefined;
  const { block, pos } = move.call;
  const final = { expr: move.to, frame: { ...frame, block, pos } };
  const [before, behind] = [templatesOf(ev, written), templatesOf(ev, final)];
  return behind.some((to) => before.some((one) => isFolderFor(one, to))) ? undefined : final;
}

const MOVED = new WeakMap<Unit, ReadonlyMap<number, readonly Move[]>>();

function movesOf(unit: Unit): ReadonlyMap<number, readonly Move[]> {
  const known = MOVED.get(unit);
  if (known) return known;
  const found = groupPairs(
    [...unit.facts.calls].flatMap((call): readonly (readonly [number, Move])[] => {
      const move = moveOf(call);
      return move ? [[call.scope, move]] : [];
    }),
  );
  MOVED.set(unit, found);
  return found;
}

/** More in one function are no single file that is put in its place. */
const MAX_MOVES = 32;

/** `os.replace(a, b)`, `shutil.move(a, b)`, `fs.mv(a, b)`, `a.rename(b)`, `a.replace(b)`. */
function moveOf(call: Call): Move | undefined {
  const { root, steps } = call.chain;
  const [named, called] = steps.slice(-2);
  if (named?.kind !== 'attr' || called?.kind !== 'call' || !MOVES.has(named.name) || called.keywords.length > 0) return undefined;
  const [first, second, ...others] = called.args;
  if (!first || others.length > 0) return undefined;
  if (second) {
    const isText = named.name === 'replace' && !(root.kind === 'name' && MODULES.has(root.name));
    const from = isText ? undefined : wordFor(first);
    return from === undefined ? undefined : { call, from, to: second };
  }
  const from =
    named.name === 'rename' || named.name === 'replace' ? wordFor({ kind: 'chain', root, steps: steps.slice(0, -2) }) : undefined;
  return from === undefined ? undefined : { call, from, to: first };
}

/** A name, an attribute, or either as text: what can be written twice and be the same both times. */
function wordFor(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind !== 'chain' || expr.root.kind !== 'name') return undefined;
  const [first, ...others] = expr.steps;
  if (first?.kind === 'call' && others.length === 0)
    return /^(?:str|Path)$/.test(expr.root.name) && first.args.length === 1 && first.args[0] ? wordFor(first.args[0]) : undefined;
  const names = expr.steps.map((step) => (step.kind === 'attr' ? step.name : ''));
  return names.includes('') || names.length > 3 ? undefined : [expr.root.name, ...names].join('.');
}

/** A file that is moved into a folder keeps its name there. */
function isFolderFor(file: Template, to: Template): boolean {
  const [name, place] = [file, to].map((one) => printTemplate(one).replace(/^.*\/(?=.)/, ''));
  return printTemplate(to).endsWith('/') || (/\.\w+$/.test(name ?? '') && !/[.}]/.test(place ?? ''));
}
