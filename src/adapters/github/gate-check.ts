/** The check run `autopilot/gate` on a head: made once, then updated, and the same report is not sent twice. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { GATE_CHECK, type GateReport } from '../../core/pull-request.js';
import { refused } from './answers.js';
import type { Reader } from './client.js';
import type { Gateway, Write } from './gateway.js';
import { type Place, routed } from './place.js';
import { CHECK_TEXT_LENGTH } from './redact.js';

const ANNOTATIONS = 50;
const RUNS = 1000;
const CheckRun = z.object({
  id: z.number(),
  head_sha: z.string(),
  external_id: z.string().nullish(),
  status: z.string(),
  output: z.object({ annotations_count: z.number() }),
});
type CheckRun = z.infer<typeof CheckRun>;
const Annotation = z.object({
  path: z.string(),
  start_line: z.number(),
  annotation_level: z.string().nullable(),
  message: z.string().nullable(),
});
const TEXTS = { summary: CHECK_TEXT_LENGTH, text: CHECK_TEXT_LENGTH, title: 255, message: 4000 };

/** Returns the run that shows the report. */
export async function showGate(
  parts: { readonly reader: Reader; readonly gateway: Gateway; readonly appId: number },
  place: Place,
  { head, report, standing }: { readonly head: string; readonly report: GateReport; readonly standing: number | undefined },
): Promise<number> {
  const digest = createHash('sha256').update(JSON.stringify(report)).digest('hex');
  const found = await standingRun(parts, place, head, standing);
  if (found?.external_id === digest) return found.id;
  const wanted = report.annotations.slice(0, ANNOTATIONS).map(annotationOf);
  const missing = found && !reopens(found, report) ? await notShown(parts.reader, place, found, wanted) : undefined;
  const write =
    found && missing
      ? updateRun(place, found.id, { ...runOf(report, digest), annotations: missing })
      : createRun(parts, place, head, { ...runOf(report, digest), annotations: wanted });
  const outcome = await parts.gateway.perform(write);
  if (!outcome.done) throw refused({ route: `the check ${GATE_CHECK} in ${place.name}` }, outcome);
  return outcome.value;
}

/** A run that had ended stays ended; the newer run of a name is the one that counts. */
function reopens(found: CheckRun, report: GateReport): boolean {
  return found.status === 'completed' && report.conclusion === undefined;
}

async function standingRun(
  { reader, appId }: { readonly reader: Reader; readonly appId: number },
  place: Place,
  head: string,
  standing: number | undefined,
): Promise<CheckRun | undefined> {
  if (standing !== undefined) {
    const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}';
    const run = await reader.find({ as: place.installation, route, params: { ...routed(place), check_run_id: standing } }, CheckRun);
    if (run?.head_sha === head) return run;
  }
  return newestRun(reader, place, head, appId);
}

async function newestRun(reader: Reader, place: Place, head: string, appId: number): Promise<CheckRun | undefined> {
  const params = { ...routed(place), ref: head, check_name: GATE_CHECK, app_id: appId, filter: 'all' };
  const page = z.object({ check_runs: z.array(CheckRun) }).transform(({ check_runs: runs }) => runs);
  const { items } = await reader.list(
    { as: place.installation, route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs', params },
    page,
    RUNS,
  );
  return [...items].sort((a, b) => b.id - a.id)[0];
}

type Shown = {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: string;
  readonly message: string;
};

function annotationOf({ path, line, level, message }: GateReport['annotations'][number]): Shown {
  return { path, start_line: line, end_line: line, annotation_level: level, message };
}

/** An update adds annotations and takes none away: undefined where the run shows one that the report has no more. */
async function notShown(reader: Reader, place: Place, run: CheckRun, wanted: readonly Shown[]): Promise<readonly Shown[] | undefined> {
  if (run.output.annotations_count === 0) return wanted;
  const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations';
  const params = { ...routed(place), check_run_id: run.id };
  const { items } = await reader.list({ as: place.installation, route, params }, z.array(Annotation), RUNS);
  const keyOf = (one: z.infer<typeof Annotation>) => JSON.stringify([one.path, one.start_line, one.annotation_level, one.message]);
  const shown = new Set(items.map(keyOf));
  const keys = new Set(wanted.map(keyOf));
  return [...shown].every((key) => keys.has(key)) ? wanted.filter((one) => !shown.has(keyOf(one))) : undefined;
}

function runOf(report: GateReport, digest: string) {
  const ending = report.conclusion === undefined ? { status: 'in_progress' } : { status: 'completed', conclusion: report.conclusion };
  return { ...ending, external_id: digest, output: { title: report.title, summary: report.summary, text: report.text } };
}

type Run = ReturnType<typeof runOf> & { readonly annotations: readonly Shown[] };
const RunId = CheckRun.pick({ id: true }).transform(({ id }) => id);

function createRun(parts: { readonly appId: number }, place: Place, head: string, { annotations, output, ...run }: Run): Write<number> {
  const params = { ...routed(place), name: GATE_CHECK, head_sha: head, ...run, output: { ...output, annotations } };
  return {
    operation: 'create-check-run',
    place,
    cost: 1,
    // A head without it may not be merged where the check is required.
    urgent: true,
    repeat: 'look-first',
    call: { route: 'POST /repos/{owner}/{repo}/check-runs', params },
    texts: TEXTS,
    answer: RunId,
    landed: async (reader) => {
      const newest = await newestRun(reader, place, head, parts.appId);
      return newest?.external_id === run.external_id ? newest.id : undefined;
    },
    pretended: 0,
  };
}

function updateRun(place: Place, id: number, { annotations, output, ...run }: Run): Write<number> {
  const route = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
  return {
    operation: 'update-check-run',
    place,
    cost: 0,
    repeat: 'look-first',
    call: { route, params: { ...routed(place), check_run_id: id, ...run, output: { ...output, annotations } } },
    texts: TEXTS,
    answer: RunId,
    landed: async (reader) => {
      const target = {
        as: place.installation,
        route: 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}',
        params: { ...routed(place), check_run_id: id },
      };
      return (await reader.find(target, CheckRun))?.external_id === run.external_id ? id : undefined;
    },
    pretended: id,
  };
}
