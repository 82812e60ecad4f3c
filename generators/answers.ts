/** DESIGN §6 what is said back to a command: where a dataset stands, and what its change waits for. */
import type { BootstrapRecord } from '../src/core/artifacts/bootstrap-record.js';
import { code, ours, text } from './render/markdown.js';

/** One line a dataset, at most forty; what people wrote is bounded and escaped. */
export function statusAnswer(records: readonly BootstrapRecord[]): string {
  if (records.length === 0)
    return 'No dataset of this repository is known to me. A push to the default branch or `/autopilot rescan` looks again.';
  const shown = records.slice(0, MOST_ROWS).map(statusLine);
  const more = records.length - shown.length;
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

const MOST_ROWS = 40;

function statusLine({ dataset_urn, current_step, tier, reason, pull_request: request }: BootstrapRecord): string {
  const where = request?.number === undefined ? '' : ` in #${request.number}`;
  const why = reason ? `: ${text(reason, 300)}` : '';
  return `- ${code(dataset_urn)} (${tier}) is ${ours(current_step)}${where}${why}`;
}

/** Whom the answer is for, and to what: the one comment of ours is edited, and its reader must know which command it answers. */
export function answered(by: string, word: string, answer: string): string {
  return `${code(`/autopilot ${word}`)} of ${code(by)}:\n\n${answer}`;
}
