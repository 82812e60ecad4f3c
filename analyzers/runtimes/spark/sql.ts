/** §4.3 SQL text handed to Spark, and `%sql` cells: what it reads and writes, with the holes of the text kept. */
import type { Origin } from '../../../src/core/origin.js';
import type { Runtime } from '../../../src/core/vocabulary.js';
import type { SqlCell } from '../../python/facts.js';
import { type SqlEffect, sqlEffects } from '../../sql/statements.js';
import { templatesOf } from '../../targets/evaluate.js';
import { type Hole, literal, printTemplate, type Template } from '../../targets/template.js';
import { type CallInFrame, keyword, namedCalls, type Site, unroll } from '../site.js';
import { isOnSession } from './sites.js';

export function sqlSites({ ev, call, frame }: CallInFrame): readonly Site[] {
  const chain = unroll(call.chain, frame);
  const sites: Site[] = [];
  for (const named of namedCalls(chain.steps, chain.own)) {
    if (named.name !== 'sql' || !isOnSession({ chain, named, called: call.chain.root })) continue;
    const text = named.args.args[0] ?? keyword(named.args, 'sqlQuery', 'query');
    if (!text) continue;
    for (const template of templatesOf(ev, { expr: text, frame: named.frame })) {
      const holes = template.parts.filter((part) => typeof part !== 'string');
      for (const effect of sqlEffects(printTemplate(template))) {
        sites.push(
          siteOfEffect(effect, {
            line: named.line,
            endLine: named.endLine,
            holes,
            via: template.via,
            ...(template.origin ? { origin: template.origin } : {}),
          }),
        );
      }
    }
  }
  return merged(sites);
}

export function cellSites(cell: SqlCell): readonly Site[] {
  return sqlEffects(cell.text).map((effect) =>
    siteOfEffect(effect, { line: cell.line + effect.line, endLine: cell.endLine, holes: [], via: [] }),
  );
}

type At = {
  readonly line: number;
  readonly endLine: number;
  readonly holes: readonly Hole[];
  readonly via: Template['via'];
  readonly origin?: Origin;
};

function siteOfEffect(effect: SqlEffect, at: At): Site {
  const runtime: Runtime = 'spark';
  return {
    effect: effect.effect,
    api: `spark.sql ${effect.statement}`,
    runtime,
    line: at.line,
    endLine: at.endLine,
    templates: [{ ...withHoles(effect.target, at.holes), via: at.via, ...statementOrigin(effect, at) }],
    format: effect.format,
    mode: effect.mode,
    partitionBy: effect.partitionBy,
    ...(effect.location === undefined ? {} : { location: withHoles(effect.location, at.holes) }),
    ...(effect.declares ? { whyNot: 'declaration' } : {}),
  };
}

function statementOrigin({ statement, target }: SqlEffect, { origin }: At): Pick<Template, 'origin'> {
  if (!origin) return {};
  const parts = origin.how === 'joined' ? origin.from : [origin];
  const from = parts.filter(({ value }) => target.includes(value) || value.includes(target));
  return { origin: { how: 'statement', name: statement, value: target, ...(origin.at ? { at: origin.at } : {}), from } };
}

/** `{name}` in the text becomes the hole it was printed from. */
function withHoles(text: string, holes: readonly Hole[]): Template {
  const parts = text.split(/(\{[^{}]*\})/).filter((part) => part !== '');
  if (parts.length === 0) return literal('');
  return { via: [], parts: parts.map((part) => holes.find((hole) => `{${hole.name}}` === part) ?? part) };
}

/** The same statement in several spellings of its text is one site with several targets. */
function merged(sites: readonly Site[]): Site[] {
  const found = new Map<string, Site>();
  for (const site of sites) {
    const key = site.effect === 'read' ? `read ${printTemplate(site.templates[0] ?? literal(''))}` : `${site.api} ${site.line}`;
    const known = found.get(key);
    found.set(key, known && site.effect === 'write' ? together(known, site) : (known ?? site));
  }
  return [...found.values()];
}

/** Which of several names the place belongs to is not known any more. */
function together({ location: _, ...known }: Site, { templates }: Site): Site {
  return { ...known, templates: [...known.templates, ...templates] };
}
