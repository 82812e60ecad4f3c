/** What `value.name` is: attributes of instances and classes, names of modules, methods. */
import type { Bind, Call, Expr } from '../python/facts.js';
import { fullText } from '../templates/template.js';
import { bindArgs } from './binding.js';
import { excluded, isHidden, surely } from './blocks.js';
import { returnsOf } from './calls.js';
import { changed } from './changes.js';
import { distinct, isPlaceholder, nameFor, nothingOf } from './combine.js';
import { constructAttribute } from './constructs.js';
import { bindValues, fromModule } from './names.js';
import { areWidgets, optionOf } from './options.js';
import { type Paid, shared, spend } from './paid.js';
import { fileNameIn, foldersOf, suffixOf, withoutEnding } from './path-parts.js';
import { type DefRef, memberKey, moduleUnit, scopeOf, type Unit } from './program.js';
import { isNeverReached } from './reached.js';
import { decidedBinds } from './reaching.js';
import { isOfClass, takesSelf } from './receiver.js';
import { type Ancestry, MAX_FILES_DEEP, memberValues, memoryOf, RESERVE } from './remembered.js';
import { type SeenAt, setOutside } from './set-outside.js';
import { GLOBS } from './text-methods.js';
import { namesOn } from './touches.js';
import { holeAt, placeOf, placeOfScope, traced } from './trace.js';
import { asField, type Field, fieldKind, unpackedField, VALIDATES } from './validated.js';
import {
  AT_END,
  type BoundArgs,
  type BoundCall,
  defKey,
  type Evaluation,
  type Frame,
  hole,
  inTurns,
  moduleFrame,
  seenIn,
  text,
  textOf,
  type UnderWay,
  type Value,
} from './values.js';

type At = { readonly before: Expr; readonly frame: Frame };

export function attributeOf(ev: Evaluation, value: Value, name: string, { before, frame }: At): readonly Value[] {
  const set = setOn(ev, before, name, frame);
  if (set && (set.isSure || value.kind !== 'instance')) return set.values;
  switch (value.kind) {
    case 'instance':
      return distinct([
        ...(set?.values ?? []),
        ...(memberOf(ev, value, name, seenAt(before, frame)) ?? (set ? [] : [hole('opaque', name)])),
      ]);
    case 'class':
      return (
        memberOf(ev, { kind: 'instance', of: value.of }, name) ?? [
          VALIDATES.has(name) ? { kind: 'method', of: value, name } : hole('opaque', name),
        ]
      ).map(asOfClass);
    case 'file':
      return fromModule(ev, name, value.unit);
    case 'library':
      if (areWidgets(value.name, name)) return [{ kind: 'options', unit: frame.unit, style: 'widgets' }];
      return [libraryMember(ev, `${value.name}.${name}`, frame)];
    case 'options':
      return value.style === 'widgets' ? [{ kind: 'method', of: value, name }] : optionOf(ev, value, name);
    case 'hole':
      if (areWidgets(value.name, name)) return [{ kind: 'options', unit: frame.unit, style: 'widgets' }];
      return TRIMS.has(name) || GLOBS.has(name)
        ? [{ kind: 'method', of: value, name }]
        : traced(ev, [memberOfHole(value, name)], () => ({ how: 'attribute', name, at: placeOf(ev, frame) }));
    case 'text':
      return textAttribute(value, name);
    case 'dict':
      return constructAttribute(ev, value, name) ?? [{ kind: 'method', of: value, name }];
    default:
      return [{ kind: 'method', of: value, name }];
  }
}

/** `Base.write` of `Base.write(self, df)`. */
function asOfClass(value: Value): Value {
  return value.kind === 'def' && value.self && takesSelf(value.of) && !isOfClass(value.of) ? { ...value, ofClass: true } : value;
}

/** What is opened in an archive is a part of it. */
const ARCHIVE = 'ZipFile';

/** What is given when the job runs is trimmed then too: the hole stays what it is. */
const TRIMS: ReadonlySet<string> = new Set(['strip', 'rstrip', 'lstrip']);

/** `session.write_mode` says more than `write_mode` where the object is a parameter. A default is that of the whole, not of a member. */
function memberOfHole({ otherwise: _, nothing: __, entry, ...value }: Extract<Value, { kind: 'hole' }>, name: string): Value {
  if (value.name === ARCHIVE && name === 'open') return value;
  if (entry !== undefined) return { ...value, hole: 'param', name: `${value.name}.${name}` };
  return { ...value, name: value.hole === 'param' ? `${value.name}.${name}` : name };
}

function seenAt(before: Expr, frame: Frame): SeenAt | undefined {
  const isName = before.kind === 'chain' && before.root.kind === 'name' && before.steps.length === 0;
  return isName && before.root.kind === 'name' ? { name: before.root.name, frame } : undefined;
}

/** `obj.name = …` in the same scope, seen from here. */
function setOn(
  ev: Evaluation,
  before: Expr,
  name: string,
  frame: Frame,
): { readonly values: readonly Value[]; readonly isSure: boolean } | undefined {
  if (before.kind !== 'chain' || before.root.kind !== 'name' || before.steps.length > 0) return undefined;
  const { found, certain } = decidedBinds(ev, frame, `${before.root.name}.${name}`);
  const values = found.flatMap(({ bind, turns }) => inTurns(bindChanged(ev, bind, seenIn(frame, turns)), turns));
  return found.length > 0 ? { values, isSure: certain } : undefined;
}

function bindChanged(ev: Evaluation, bind: Bind, frame: Frame): readonly Value[] {
  return bindValues(ev, bind, frame).flatMap((value) => changed(ev, value, { name: bind.name, since: bind.pos, frame }));
}

function libraryMember(ev: Evaluation, name: string, frame: Frame): Value {
  const imported = frame.unit.facts.imports.some((one) => one.module === name && one.name === undefined);
  const unit = imported ? moduleUnit(ev.program, frame.unit.path, { module: name, level: 0 }) : undefined;
  if (SEPARATORS.has(name)) return textOf('/');
  return unit ? { kind: 'file', unit } : { kind: 'library', name };
}
/** Jobs run on Linux. */
const SEPARATORS = new Set(['os.sep', 'os.path.sep']);

/** Members of an Enum are their values; a path's `name`, `stem`, `suffix` and `parent` are worked out where the text is known. */
function textAttribute(value: Extract<Value, { kind: 'text' }>, name: string): readonly Value[] {
  if (name === 'value') return [value];
  const parts = value.template.parts;
  const last = parts.at(-1);
  if (name === 'parent' && typeof last === 'string' && last.includes('/'))
    return [text({ ...value.template, parts: [...parts.slice(0, -1), last.slice(0, last.replace(/(?<!\/)\/+$/, '').lastIndexOf('/'))] })];
  const file = name === 'name' || name === 'stem' ? fileNameIn(value.template) : undefined;
  const named = file && (name === 'name' ? file : withoutEnding(file)?.[0]);
  if (named) return [text(named)];
  if (name === 'suffix') return [suffixOf(value.template)];
  if (name === 'parents') {
    const folders = fullText(value.template) === undefined ? [] : foldersOf(value.template);
    if (folders.length > 0) return [{ kind: 'list', items: folders.map((parts) => [text({ ...value.template, parts: [parts] })]) }];
  }
  return [{ kind: 'method', of: value, name }];
}

/** The classes an attribute is looked for in, nearest first. What is cut short where it is asked for is kept for nobody. */
export function ancestry(ev: Evaluation, of: DefRef): readonly DefRef[] {
  const key = defKey(of);
  const { ancestries } = memoryOf(ev.program);
  const kept = ancestries.get(key);
  const isDeep = ({ depth }: Ancestry): boolean => ev.depth + depth > MAX_FILES_DEEP;
  const known = kept && !isDeep(kept.value) && kept.value.evaluations + RESERVE < ev.budget ? kept : undefined;
  const keep = (found: Paid<Ancestry>): unknown => ev.budget > 0 && !isDeep(found.value) && ancestries.set(key, found);
  const { bases, depth, evaluations } = shared(ev.program, { known, keep }, () => watchedBases(ev, of));
  if (known) ev.budget -= evaluations;
  ev.deepest = Math.max(ev.deepest, ev.depth + depth);
  return bases;
}

/** What a class derives from hangs on nobody who asks: not on their parameters, nor on the members that they work out. */
function watchedBases(ev: Evaluation, of: DefRef): Ancestry {
  const { deepest, unbound, budget } = ev;
  ev.deepest = ev.depth;
  ev.unbound = new Set();
  const around = ev.underWay.splice(0);
  const bases = basesOf(ev, of);
  ev.underWay.push(...around);
  const found = { bases, depth: ev.deepest - ev.depth, evaluations: budget - ev.budget };
  ev.deepest = deepest;
  ev.unbound = unbound;
  return found;
}

function basesOf(ev: Evaluation, of: DefRef): readonly DefRef[] {
  const found: DefRef[] = [of];
  for (let index = 0; index < found.length && found.length < 12; index++) {
    const current = found[index];
    const scope = current ? scopeOf(current) : undefined;
    for (const base of scope?.bases ?? []) {
      spend(ev.program, 5);
      if (!current) continue;
      for (const value of ev.evaluate(base, moduleFrame(current.unit))) {
        if (value.kind === 'class' && !found.some((one) => defKey(one) === defKey(value.of))) found.push(value.of);
      }
    }
  }
  return found;
}

type Instance = Extract<Value, { kind: 'instance' }>;

/** What an instance of a class has under a name. Where nothing is known of the instance it is the same for all that ask. */
export function memberOf(ev: Evaluation, self: Instance, name: string, seen?: SeenAt): readonly Value[] | undefined {
  if (self.behind) return memberBehind(ev, self, self.behind, name);
  const member = { key: `${defKey(self.of)}.${name}`, of: self.ctor, isPlain: !self.ctor && !self.turns };
  return memberValues(ev, member, {
    work: (own) => lookUp(ev, self, name, { own, seen, without: undefined }),
    ring: (outer) => beforeBind(ev, self, name, outer),
  });
}

/** `super().load`: of the classes behind the one that says so. */
function memberBehind(ev: Evaluation, { behind: _, ...self }: Instance, behind: DefRef, name: string): readonly Value[] | undefined {
  const classes = ancestry(ev, self.of);
  const place = classes.findIndex((one) => defKey(one) === defKey(behind));
  const others = place < 0 ? ancestry(ev, behind).slice(1) : classes.slice(place + 1);
  for (const of of others) {
    const member = classMember(ev, self, of, name);
    if (member) return member;
  }
  return undefined;
}

/** `self.path = self.path + "/day"`: before that it was what the other lines make it, where they do not go round too. */
function beforeBind(ev: Evaluation, self: Instance, name: string, { key, of, bind }: UnderWay): readonly Value[] | undefined {
  const member = { key: `${key} before`, of, isPlain: false };
  const ring = (): readonly Value[] => [hole('opaque', name, 'too-far')];
  return bind ? memberValues(ev, member, { work: (own) => lookUp(ev, self, name, { own, without: bind, seen: undefined }), ring }) : ring();
}

function lookUp(ev: Evaluation, self: Instance, name: string, asked: Omit<Looked, 'classes'>): readonly Value[] | undefined {
  const looked = { ...asked, classes: ancestry(ev, self.of) };
  const outside = setOutside(ev, self, name, looked);
  if (outside?.isSure) return outside.values;
  const inside = setInside(ev, self, name, looked);
  return outside ? [...outside.values, ...(inside ?? [])] : inside;
}

type Looked = {
  readonly classes: readonly DefRef[];
  readonly own: UnderWay;
  readonly without: Bind | undefined;
  readonly seen: SeenAt | undefined;
};

/** Of more lines that assign one member the others are a hole. */
const MAX_ASSIGNED = 6;

/** What its own classes make it. */
function setInside(ev: Evaluation, self: Instance, name: string, { classes, own, without }: Looked): readonly Value[] | undefined {
  const assigned = classes
    .flatMap((of) => lastingBinds(of.unit, selfBinds(of, name)).map((bind) => ({ of, bind })))
    .filter(({ bind }) => bind !== without);
  const values = assigned.slice(0, MAX_ASSIGNED).flatMap(({ of, bind }) => {
    own.bind = bind;
    const frame = methodFrame(ev, self, { of, classes, scope: bind.scope });
    return isNeverReached(ev, { ...frame, block: bind.block, pos: bind.pos }) ? [] : bindChanged(ev, bind, frame);
  });
  delete own.bind;
  const known = values.filter((value) => !isPlaceholder(value));
  if (known.length > 0) {
    if (assigned.length > MAX_ASSIGNED) return [...known, hole('opaque', name, 'too-many')];
    const isSure = assigned.some(({ of, bind }) => isSurelySet(ev, bind, methodFrame(ev, self, { of, classes, scope: bind.scope })));
    return isSure ? known : [...known, ...(declaredMember(ev, self, classes, name) ?? []).filter((value) => !isPlaceholder(value))];
  }
  return declaredMember(ev, self, classes, name) ?? (values.length > 0 ? [hole('opaque', name)] : undefined);
}

/** Behind the method that sets it; of lines below a condition nobody decides it is what the class says else. */
function isSurelySet(ev: Evaluation, { name }: Bind, frame: Frame): boolean {
  return decidedBinds(ev, { ...frame, block: scopeOf(frame)?.block ?? 0, pos: AT_END }, name).certain;
}

function declaredMember(ev: Evaluation, self: Instance, classes: readonly DefRef[], name: string): readonly Value[] | undefined {
  for (const of of classes) {
    const member = classMember(ev, self, of, name);
    if (member) return member;
  }
  return undefined;
}

/** Without those that a later line of the same method surely replaces before anybody is called who could have seen them. */
function lastingBinds(unit: Unit, binds: readonly Bind[]): readonly Bind[] {
  if (binds.length < 2) return binds;
  return binds.filter((bind) => {
    const later = binds.filter((one) => one.scope === bind.scope && one.pos > bind.pos && one.how === 'assign');
    const next = later.find((one) => surely(unit, one.block, bind.block) && !excluded(unit, one.block, bind.block));
    return !next || isSeenBetween(unit, bind, next);
  });
}

/** By whoever is called on `self` or given it, or in what replaces it. */
function isSeenBetween(unit: Unit, { scope, name, pos }: Bind, next: Bind): boolean {
  const attribute = name.slice(name.indexOf('.') + 1);
  const calls = (unit.callsByScope.get(scope) ?? []).filter((call) => call.pos > pos && call.pos < next.pos);
  const read = namesOn('self', [...calls, next.value]);
  const isCalled = ({ chain: { root, steps } }: Call): boolean =>
    root.kind === 'name' && (root.name === 'super' || (root.name === 'self' && steps[1]?.kind === 'call'));
  return !read || read.has(attribute) || calls.some(isCalled);
}

function selfBinds(of: DefRef, name: string): readonly Bind[] {
  const scopes = of.unit.facts.scopes;
  const found = [...(of.unit.bindsByName.get(`self.${name}`) ?? []), ...(of.unit.bindsByName.get(`cls.${name}`) ?? [])];
  return found.filter((bind) => !bind.key && scopes[bind.scope]?.parent === of.scope);
}

function classMember(ev: Evaluation, self: Instance, of: DefRef, name: string): readonly Value[] | undefined {
  const inner = of.unit.innerScopes.get(memberKey(of.scope, name));
  const scope = inner === undefined ? undefined : of.unit.facts.scopes[inner];
  if (scope && inner !== undefined) {
    const ref = { unit: of.unit, scope: inner };
    if (scope.kind === 'class') return [{ kind: 'class', of: ref }];
    const property = scope.decorators.some((one) => /property$/.test(nameFor(one)));
    if (!property) return [{ kind: 'def', of: ref, self }];
    const inside = { ...moduleFrame(of.unit), scope: inner, self, bound: new Map() };
    const values = returnsOf(ev, ref, inside).flatMap(({ expr, at }) => ev.evaluate(expr, at));
    return traced(ev, values, () => ({ how: 'returned', name, at: placeOfScope(of.unit, inner) }));
  }
  const isSeen = (one: Bind): boolean => !one.key && !isHidden(one.block, moduleFrame(of.unit));
  const bind = of.unit.bindsByScope.get(memberKey(of.scope, name))?.findLast(isSeen);
  if (!bind) return undefined;
  const given = fieldArgument(ev, self, { of, bind });
  if (given) return given;
  const values = bindChanged(ev, bind, { ...moduleFrame(of.unit), scope: of.scope });
  if (!values.every(isPlaceholder) && bind.value.kind !== 'opaque') return values;
  const made = fieldKind(ev, { of, bind });
  if (made) return [{ kind: 'instance', of: made }];
  const nothing = self.ctor && bind.value.kind !== 'opaque' ? nothingOf(values) : {};
  return holeAt(
    ev,
    { ...hole('param', name, bind.value.kind === 'opaque' ? 'not-given' : 'placeholder'), ...nothing },
    {
      file: of.unit.path,
      line: bind.line,
    },
  );
}

/** A dataclass field given where the instance is made. */
function fieldArgument(ev: Evaluation, self: Instance, { of, bind }: Field): readonly Value[] | undefined {
  if (!self.ctor) return undefined;
  const { name } = bind;
  const keyword = self.ctor.keywords.find((one) => one.name === name);
  const { frame } = self.ctor;
  const given = (expr: Expr, from = frame): readonly Value[] =>
    traced(ev, ev.evaluate(expr, from), () => ({ how: 'argument', name: `${name} of ${scopeOf(of)?.name}`, at: placeOf(ev, frame) }));
  if (keyword) return given(keyword.value);
  const unpacked = unpackedField(ev, self.ctor, name);
  if (unpacked) return asField(ev, { of, bind }, { values: given(unpacked.expr, unpacked.frame), from: unpacked });
  const isTuple = scopeOf(of)?.bases?.some((one) => nameFor(one) === 'NamedTuple');
  const dataclass = isTuple || scopeOf(of)?.decorators.some((one) => /dataclass|define|attrs/.test(nameFor(one)));
  if (!dataclass) return undefined;
  const fields = of.unit.facts.binds.filter((one) => one.scope === of.scope && one.annotation !== undefined);
  const expr = self.ctor.args[fields.findIndex((one) => one.name === name)];
  return expr ? given(expr) : undefined;
}

type Method = { readonly of: DefRef; readonly classes: readonly DefRef[]; readonly scope: number };

/** The frame a method's body is read in, `__init__` with what the instance was made from. */
export function methodFrame(ev: Evaluation, self: Instance, { of, classes, scope }: Method): Frame {
  const frame: Frame = { ...moduleFrame(of.unit), scope, self };
  if (of.unit.facts.scopes[scope]?.name !== '__init__') return { ...frame, bound: new Map() };
  const bound = constructorArgs(ev, self, of, classes);
  return bound ? { ...frame, bound } : frame;
}

/** What reaches `__init__` of one class of the ancestry: the call that made the instance, or `super().__init__(…)` of the class before. */
function constructorArgs(ev: Evaluation, self: Instance, of: DefRef, classes: readonly DefRef[]): BoundArgs | undefined {
  const own = classes.find((one) => initOf(one) !== undefined);
  if (!own) return undefined;
  if (defKey(own) === defKey(of)) return self.ctor ? bindArgs(ev, initOf(own)?.params ?? [], self.ctor, 1) : undefined;
  const place = superCall(own);
  if (!place) return undefined;
  const frame = methodFrame(ev, self, { of: own, classes, scope: place.scope });
  const call: BoundCall = { args: place.args, keywords: place.keywords, frame };
  return bindArgs(ev, initOf(of)?.params ?? [], call, place.withSelf ? 0 : 1);
}

function initOf(of: DefRef) {
  const scope = of.unit.innerScopes.get(memberKey(of.scope, '__init__'));
  return scope === undefined ? undefined : of.unit.facts.scopes[scope];
}

function superCall(of: DefRef) {
  const scope = of.unit.innerScopes.get(memberKey(of.scope, '__init__'));
  if (scope === undefined) return undefined;
  for (const { chain } of of.unit.callsByScope.get(scope) ?? []) {
    const [before, last] = chain.steps.slice(-2);
    if (last?.kind !== 'call' || before?.kind !== 'attr' || before.name !== '__init__') continue;
    const withSelf = chain.steps.length === 2 && last.args[0]?.kind === 'name' && last.args[0].name === 'self';
    return { scope, args: last.args, keywords: last.keywords, withSelf };
  }
  return undefined;
}
