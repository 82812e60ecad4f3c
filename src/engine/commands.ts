/** Which flow each command of the lifecycle runs. */
import type { Command } from '../core/lifecycle.js';
import type { Outcome } from '../core/outcome.js';
import { awaitApproval } from '../flows/await-approval.js';
import type { Bootstrap } from '../flows/bootstrap.js';
import { awaitGold, certify } from '../flows/certify.js';
import { merge } from '../flows/merge.js';
import { profile, retryProfiling } from '../flows/profile.js';
import { propose } from '../flows/propose.js';
import { register, takeProfilingSlot } from '../flows/register.js';
import { sign } from '../flows/sign.js';
import type { Ports } from '../ports.js';

export const FLOWS: Readonly<Record<Command, (bootstrap: Bootstrap, ports: Ports) => Promise<Outcome>>> = {
  register,
  'take-profiling-slot': takeProfilingSlot,
  profile,
  'retry-profiling': retryProfiling,
  propose,
  'await-approval': awaitApproval,
  regenerate: propose,
  sign,
  merge,
  certify,
  'await-gold': awaitGold,
};
