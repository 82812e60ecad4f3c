/** §4.1 Deployments that a program makes with parameters: `flow.serve(parameters={…})`, `flow.deploy(…)`, `Deployment.build_from_flow(flow=…)`. */
import type { StartFacts } from '../infrastructure/facts.js';
import { isText, mapIn } from '../infrastructure/told.js';
import type { Args, Call, Expr } from '../python/facts.js';
import { calledName, decoratorCall } from '../targets/called-name.js';
import { type CallSite, type DefRef, scopeOf, type Unit } from '../targets/program.js';
import type { Evaluation, Frame } from '../targets/values.js';
import { toldIn } from './told-values.js';

/** Functions and methods that make a deployment. */
export const MAKES_DEPLOYMENT: ReadonlySet<string> = new Set(['serve', 'deploy', 'to_deployment', 'build_from_flow']);

export function usesPrefect({ facts }: Unit): boolean {
  return facts.imports.some(({ module }) => /^prefect(?:\.|$)/.test(module));
}

/** Whether a file may deploy: one that has its flows from elsewhere knows nothing else of Prefect. */
export function mayDeploy(unit: Unit): boolean {
  return usesPrefect(unit) || unit.facts.index.calls.some(([name]) => MAKES_DEPLOYMENT.has(name));
}

/** Other things are served and deployed too. */
export function isFlow(of: DefRef): boolean {
  return usesPrefect(of.unit) && scopeOf(of)?.decorators.some((one) => decoratorCall(one, 'flow')) === true;
}

/** The call that makes one. */
export function deploymentSite(unit: Unit, call: Call): CallSite | undefined {
  const step = call.chain.steps.findIndex((one, at) => one.kind === 'call' && MAKES_DEPLOYMENT.has(calledName(unit, call.chain, at)));
  return step < 0 ? undefined : { unit, call, step };
}

/** Without parameters it says nothing. */
export function deployedStart(fresh: () => Evaluation, { unit, call: { chain }, step }: CallSite, frame: Frame): readonly StartFacts[] {
  const made = chain.steps[step];
  const parameters = made?.kind === 'call' ? keyword(made, 'parameters') : undefined;
  if (made?.kind !== 'call' || !parameters) return [];
  const ev = fresh();
  const flow: Expr = keyword(made, 'flow') ?? { ...chain, steps: chain.steps.slice(0, Math.max(0, step - 1)) };
  const root = flow.kind === 'chain' ? flow.root : flow;
  const def = [...ev.evaluate(flow, frame), ...ev.evaluate(root, frame)].find(({ kind }) => kind === 'def');
  const entry = def?.kind === 'def' ? scopeOf(def.of)?.name : undefined;
  if (def?.kind !== 'def' || entry === undefined || !(usesPrefect(unit) || isFlow(def.of))) return [];
  const told = mapIn(toldIn({ ev }, { expr: parameters, frame }));
  const given = new Map([...told].flatMap(([name, value]) => (isText(value) ? [[name, value] as const] : [])));
  return [{ at: { file: unit.path, line: made.line }, id: entry, script: def.of.unit.path, entry, arguments: given }];
}

function keyword({ keywords }: Args, wanted: string): Expr | undefined {
  return keywords.find(({ name }) => name === wanted)?.value;
}
