/** §4.1 Names that programs give to data for the time of the job, by methods and in SQL, and who reads by them. */
import type { Expr } from './python/facts.js';
import { framesOf } from './runs/places.js';
import { temporaryViews } from './sql/statements.js';
import { newEvaluation, templatesOf } from './targets/evaluate.js';
import { findModule } from './targets/modules.js';
import { isSpent } from './targets/paid.js';
import { type CallSite, callsInside, type Program, type Unit } from './targets/program.js';
import { printTemplate } from './templates/template.js';

const MAKES_VIEW = /^(?:create\w*TempView|registerTempTable)$/;
const MAKES_VIEW_IN_SQL = /\btemp(?:orary)?\s+view\b/i;

/** As `viewKey` spells them: those that a file makes. */
export function viewNames(program: Program, unit: Unit): readonly string[] {
  const made = callsInside(unit, (name) => MAKES_VIEW.test(name)).flatMap((site) => namesGiven(program, site));
  const texts = [
    ...callsInside(unit, (name) => name === 'sql').flatMap((site) => firstOf(site).flatMap((first) => textsOf(unit, first))),
    ...unit.facts.sql.map(({ text }) => text),
  ];
  const inSql = texts.filter((text) => MAKES_VIEW_IN_SQL.test(text)).flatMap(temporaryViews);
  return [...new Set([...made, ...inSql].map(viewKey))].filter((name) => !name.includes('{}') || /\w{3}/.test(name.replaceAll('{}', '')));
}

/** SQL knows no case, and a global view by the database of such views. What is unknown of a name is `{}`. */
function viewKey(name: string): string {
  return name
    .toLowerCase()
    .replace(/^global_temp\./, '')
    .replaceAll(/\{[^{}]*\}/g, '{}');
}

const MAX_NAMES = 32;

/** What the name can be, over loops and callers. */
function namesGiven(program: Program, site: CallSite): readonly string[] {
  return firstOf(site).flatMap((first): readonly string[] => {
    if (first.kind === 'text') return [first.value];
    if (isSpent(program)) return [];
    const frames = framesOf(program, site).slice(0, MAX_NAMES);
    return frames.flatMap((frame) => templatesOf(newEvaluation(program), { expr: first, frame }).map(printTemplate));
  });
}

function firstOf({ call, step }: CallSite): readonly Expr[] {
  const called = call.chain.steps[step];
  return called?.kind === 'call' ? called.args.slice(0, 1) : [];
}

/** What of it is text: written there, or bound in the file. */
function textsOf({ bindsByName }: Unit, expr: Expr): readonly string[] {
  const all = expr.kind === 'name' ? (bindsByName.get(expr.name) ?? []).slice(0, MAX_BINDS).map(({ value }) => value) : [expr];
  return all.flatMap((one) => (one.kind === 'text' ? [one.value] : one.kind === 'cat' ? [one.parts.map(partOf).join('')] : []));
}
const MAX_BINDS = 20;

function partOf(part: Expr): string {
  return part.kind === 'text' ? part.value : '{}';
}

/** Whether a name that a file reads, in any of `files`, is a view of theirs. */
export type IsView = (files: readonly string[], name: string) => boolean;

/** `made`: by file. A view lives as long as the session: who imports its maker reads it, and so does what its maker imports. */
export function viewsOf(program: Program, made: ReadonlyMap<string, readonly string[]>): IsView {
  const makers = [...made].filter(([, names]) => names.length > 0).map(([path, names]) => ({ path, isNamed: namedBy(names) }));
  if (makers.length === 0) return () => false;
  let links: ReturnType<typeof importLinks> | undefined;
  const reached = new Map<string, ReadonlySet<string>>();
  const reachedFrom = (path: string): ReadonlySet<string> => {
    links ??= importLinks(program);
    const known = reached.get(path) ?? new Set([...around(path, links.imports), ...around(path, links.importers)]);
    reached.set(path, known);
    return known;
  };
  return (files, name) => {
    const key = viewKey(name);
    if (key.includes('.') || key.includes('/')) return false;
    const named = makers.filter(({ isNamed }) => isNamed(key));
    if (named.some(({ path }) => files.includes(path))) return true;
    return named.length > 0 && files.some((file) => named.some(({ path }) => reachedFrom(file).has(path)));
  };
}

function namedBy(names: readonly string[]): (key: string) => boolean {
  const known = new Set(names);
  const patterns = names.filter((name) => name.includes('{}')).map((name) => new RegExp(`^${name.split('{}').map(escaped).join('.+')}$`));
  return (key) => known.has(key) || patterns.some((pattern) => pattern.test(key));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

type Links = ReadonlyMap<string, ReadonlySet<string>>;

/** By path: the files that a file imports, and those that import it. */
function importLinks({ units, modules }: Program): { readonly imports: Links; readonly importers: Links } {
  const imports = new Map<string, Set<string>>();
  const importers = new Map<string, Set<string>>();
  for (const { path, facts } of units.values()) {
    const named = [
      ...facts.imports.flatMap(({ module, level, name }) => [
        { module, level },
        ...(name === undefined || name === '*' ? [] : [{ module: module === '' ? name : `${module}.${name}`, level }]),
      ]),
      ...facts.runs.map((run) => ({ module: run.slice(run.lastIndexOf('/') + 1), level: 0 })),
    ];
    const found = new Set(named.flatMap(({ module, level }) => findModule(modules, path, module, level) ?? []));
    imports.set(path, found);
    for (const one of found) importers.set(one, (importers.get(one) ?? new Set()).add(path));
  }
  return { imports, importers };
}

const MAX_HOPS = 3;

function around(path: string, links: Links): ReadonlySet<string> {
  const found = new Set([path]);
  let open: readonly string[] = [path];
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    open = open.flatMap((one) => [...(links.get(one) ?? [])].filter((next) => !found.has(next)));
    for (const one of open) found.add(one);
  }
  return found;
}
