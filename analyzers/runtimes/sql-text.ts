/** §4.3 SQL text handed to an engine: what it reads and writes there, with the holes of the text kept. */
import type { Origin } from '../../src/core/origin.js';
import type { Runtime } from '../../src/core/vocabulary.js';
import { groupPairs } from '../pairs.js';
import { type SqlEffect, sqlEffects } from '../sql/statements.js';
import { type Hole, literal, printTemplate, type Template } from '../templates/template.js';
import type { NamedCall } from './chain.js';
import { inDatabase, type Site, within } from './site.js';

export type SqlEngine = {
  readonly api: string;
  readonly runtime: Runtime;
  /** Format of its tables; that of a catalog of the lake where nothing is said. */
  readonly tables?: string;
  /** The database of names that say none. */
  readonly within?: Template;
  /** The one that the program said before. */
  readonly current?: string | undefined;
  /** Why its tables are no datasets. */
  readonly whyNotTables?: string;
};

export function textSites(
  engine: SqlEngine,
  texts: readonly Template[],
  { line, endLine }: Pick<NamedCall, 'line' | 'endLine'>,
): readonly Site[] {
  const sites = texts.flatMap((template): readonly Numbered[] => {
    const holes = template.parts.filter((part) => typeof part !== 'string');
    const at: At = { line, endLine, holes, via: template.via, ...(template.origin ? { origin: template.origin } : {}) };
    if (template.parts.every((part) => typeof part !== 'string')) return numbered([openSite(engine, template, at)]);
    return numbered(sqlEffects(printTemplate(template)).map((effect) => siteOfEffect(engine, effect, at)));
  });
  return merged(sites);
}

function openSite({ api, runtime }: SqlEngine, text: Template, { line, endLine }: At): Site {
  return { effect: 'read', api, runtime, line, endLine, templates: [text], format: '', mode: '', partitionBy: [], isOpen: true };
}

function isNamed({ target, format }: SqlEffect): boolean {
  return format === 'table' && !target.includes('/');
}

type At = {
  readonly line: number;
  readonly endLine: number;
  readonly holes: readonly Hole[];
  readonly via: Template['via'];
  readonly origin?: Origin;
};

export function siteOfEffect(engine: SqlEngine, effect: SqlEffect, at: At): Site {
  const isTable = effect.format === 'table';
  const target = withHoles(effect.target, at.holes);
  const template: Template = {
    ...(engine.within && isNamed(effect) ? within(engine.within, target) : target),
    via: at.via,
    ...statementOrigin(effect, at),
  };
  const whyNot = effect.declares ? 'declaration' : isNamed(effect) ? engine.whyNotTables : undefined;
  return {
    effect: effect.effect,
    api: `${engine.api} ${effect.statement}`,
    runtime: engine.runtime,
    line: at.line,
    endLine: at.endLine,
    ...inDatabase([template], isNamed(effect) && !engine.within ? (effect.database ?? engine.current) : undefined),
    format: isTable && isNamed(effect) ? (engine.tables ?? effect.format) : effect.format,
    mode: effect.mode,
    partitionBy: effect.partitionBy,
    ...(effect.location === undefined ? {} : { location: withHoles(effect.location, at.holes) }),
    ...(whyNot === undefined ? {} : { whyNot }),
  };
}

function statementOrigin({ statement, target }: SqlEffect, { origin }: At): Pick<Template, 'origin'> {
  if (!origin) return {};
  const parts = origin.how === 'joined' ? origin.from : [origin];
  const from = parts.filter(({ value }) => target.includes(value) || value.includes(target));
  return { origin: { how: 'statement', name: statement, value: target, ...(origin.at ? { at: origin.at } : {}), from } };
}

/** `{name}` in the text becomes the hole it was printed from; the engine's own, `{table}` and `${db}`, are holes too. */
function withHoles(text: string, holes: readonly Hole[]): Template {
  const parts = text.split(/(\$?\{[^{}]*\})/).filter((part) => part !== '');
  if (parts.length === 0) return literal('');
  return { via: [], parts: parts.map((part) => holeIn(part, holes) ?? part) };
}

function holeIn(part: string, holes: readonly Hole[]): Hole | undefined {
  const known = holes.find(({ name }) => `{${name}}` === part);
  const [, name] = /^\$?\{(?:\w+:)?(\w[\w.]*)\}$/.exec(part) ?? [];
  return known ?? (name === undefined ? undefined : { kind: 'opaque', name, why: 'not-given' });
}

/** `number`: which of the sites of its text, among those of one kind. */
type Numbered = { readonly site: Site; readonly number: number };

function numbered(sites: readonly Site[]): readonly Numbered[] {
  return [...groupPairs(sites.map((site) => [site.api, site]))].flatMap(([, alike]) => alike.map((site, number) => ({ site, number })));
}

/** The same statement in several spellings of its text is one site with several targets. */
function merged(sites: readonly Numbered[]): Site[] {
  const found = new Map<string, Site>();
  for (const { site, number } of sites) {
    const key = site.effect === 'read' ? `read ${printTemplate(site.templates[0] ?? literal(''))}` : `${site.api} ${number}`;
    const known = found.get(key);
    found.set(key, known && site.effect === 'write' ? together(known, site) : (known ?? site));
  }
  return [...found.values()];
}

/** Which of several names the place belongs to is not known any more. */
function together({ location: _, ...known }: Site, { templates }: Site): Site {
  return { ...known, templates: [...known.templates, ...templates] };
}
