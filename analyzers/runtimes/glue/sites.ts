/** §4.3 Glue's dynamic frames and sinks: options in dictionaries, and a sink that is told its catalog and format in separate statements. */

import type { Call, Expr } from '../../python/facts.js';
import { GLUE_ENDINGS, GLUE_VERBS } from '../../python/verbs.js';
import { distinctTemplates, product } from '../../targets/combine.js';
import { templatesInTurns, templatesOf } from '../../targets/evaluate.js';
import { reachingBinds } from '../../targets/reaching.js';
import type { Evaluation, Frame, Thunk } from '../../targets/values.js';
import { concat, literal, type Template } from '../../templates/template.js';
import { argument, keyword, type NamedCall, namedCalls, unroll } from '../chain.js';
import { type CallInFrame, entriesOf, listening, type Site, wordOf, wordsOf } from '../site.js';

export function glueSites({ ev, call, frame }: CallInFrame): readonly Site[] {
  const chain = unroll(call.chain, frame, ev);
  const sites: Site[] = [];
  for (const named of namedCalls(chain.steps, chain.own)) {
    const before = chain.steps[named.index - 2]?.step;
    const owner = before?.kind === 'attr' ? before.name : '';
    const direct = Object.hasOwn(GLUE_VERBS, named.name) ? GLUE_VERBS[named.name] : undefined;
    const through = GLUE_ENDINGS.has(named.name) && Object.hasOwn(GLUE_VERBS, owner) ? GLUE_VERBS[owner] : undefined;
    const effect = direct ?? through;
    const api = through ? `glue.${owner}.${named.name}` : `glue.${named.name}`;
    const site = listening(ev, () => (effect ? frameSite(ev, named, { effect, api }) : undefined));
    if (site) sites.push(site);
    const sink = named.name === 'writeFrame' ? listening(ev, () => sinkSite({ ev, call, frame }, named)) : undefined;
    if (sink) sites.push(sink);
  }
  return sites;
}

function frameSite(ev: Evaluation, named: NamedCall, { effect, api }: { readonly effect: 'write' | 'read'; readonly api: string }): Site {
  const { args, frame } = named;
  const offset = effect === 'write' ? 1 : 0;
  const catalog = api.endsWith('catalog');
  const options = entriesOf(
    ev,
    keyword(args, 'connection_options', 'additional_options') ?? (catalog ? undefined : args.args[offset + 1]),
    frame,
  );
  const partition = options.get('partitionKeys');
  const { line } = named;
  const format = wordOf(ev, keyword(args, 'format') ?? (catalog ? undefined : args.args[offset + 2]), frame, { about: 'format', line });
  const templates = catalog
    ? catalogTarget(ev, {
        database: argument(args, { at: offset, keywords: ['database', 'name_space'] }),
        table: argument(args, { at: offset + 1, keywords: ['table_name'] }),
        frame,
      })
    : pathTarget(ev, options);
  const jdbc = options.has('dbtable');
  return {
    effect,
    api,
    runtime: 'glue',
    line,
    endLine: named.endLine,
    templates,
    format: catalog
      ? 'table'
      : jdbc
        ? 'jdbc'
        : plainFormat(format ?? wordOf(ev, keyword(args, 'connection_type') ?? args.args[offset], frame) ?? ''),
    mode: effect === 'write' ? 'append' : '',
    partitionBy: partition ? wordsOf(ev, [partition.expr], partition.frame, { about: 'partition_by', line }) : [],
  };
}

function plainFormat(format: string): string {
  return format.toLowerCase().replace(/^glue/, '');
}

function pathTarget(ev: Evaluation, options: ReadonlyMap<string, Thunk>): readonly Template[] {
  const thunk =
    options.get('path') ??
    options.get('paths') ??
    options.get('dbtable') ??
    options.get('dynamodb.output.tableName') ??
    options.get('dynamodb.input.tableName');
  return thunk ? templatesOf(ev, thunk) : [];
}

type Catalog = { readonly database: Expr | undefined; readonly table: Expr | undefined; readonly frame: Frame };

function catalogTarget(ev: Evaluation, { database, table, frame }: Catalog): readonly Template[] {
  const tables = table ? templatesInTurns(ev, { expr: table, frame }) : [];
  const schemas = database ? templatesInTurns(ev, { expr: database, frame }) : [];
  if (schemas.length === 0) return tables;
  return distinctTemplates(product([schemas, [literal('.')], tables]).map((parts) => concat(...parts)));
}

/** `sink = ctx.getSink(path=…)`, `sink.setFormat(…)`, `sink.writeFrame(df)`: what was said last before the write counts. */
function sinkSite({ ev, call, frame }: CallInFrame, named: NamedCall): Site | undefined {
  const { root } = call.chain;
  if (root.kind !== 'name') return undefined;
  const bind = reachingBinds(frame, root.name).binds[0];
  const opening =
    bind?.value.kind === 'chain'
      ? namedCalls(bind.value.steps.map((step) => ({ step, frame }))).find((one) => one.name === 'getSink')
      : undefined;
  if (!bind || !opening) return undefined;
  const at: Frame = { ...frame, pos: bind.pos };
  const said = [...frame.unit.facts.calls].filter(
    (one) => one.scope === frame.scope && one.pos > bind.pos && one.pos < call.pos && rootName(one) === root.name,
  );
  const last = (name: string): NamedCall | undefined =>
    said.flatMap((one) => namedCalls(one.chain.steps.map((step) => ({ step, frame })))).findLast((one) => one.name === name);
  const path = keyword(opening.args, 'path');
  const info = last('setCatalogInfo');
  const partition = keyword(opening.args, 'partitionKeys');
  const format = last('setFormat');
  const table = catalogTarget(ev, {
    database: info ? argument(info.args, { at: 0, keywords: ['catalogDatabase'] }) : undefined,
    table: info ? argument(info.args, { at: 1, keywords: ['catalogTableName'] }) : undefined,
    frame,
  });
  return {
    effect: 'write',
    api: 'glue.getSink.writeFrame',
    runtime: 'glue',
    line: named.line,
    endLine: named.endLine,
    templates: path ? templatesOf(ev, { expr: path, frame: at }) : table,
    ...(path && table[0] && table.length === 1 ? { called: table[0] } : {}),
    format: plainFormat(wordOf(ev, format?.args.args[0], frame, { about: 'format', line: format?.line ?? named.line }) ?? 'parquet'),
    mode: 'append',
    partitionBy: partition ? wordsOf(ev, [partition], at, { about: 'partition_by', line: opening.line }) : [],
  };
}

function rootName(call: Call): string | undefined {
  return call.chain.root.kind === 'name' ? call.chain.root.name : undefined;
}
