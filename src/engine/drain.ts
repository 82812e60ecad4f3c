/** Works until nothing is due: what a worker does on a laptop, and what each invocation of one does elsewhere. */
import type { Ports } from '../ports.js';
import { type StepReport, step } from './step.js';

const LEASE_MS = 15 * 60_000;

export async function drain(ports: Ports, worker: string, report: (done: StepReport) => void): Promise<void> {
  for (;;) {
    const item = await ports.workflow.claim(worker, ports.clock.now(), LEASE_MS);
    if (!item) return;
    const done = await step(ports, item);
    if (done) report(done);
  }
}
