/** What a step of a bootstrap comes to: an event for the lifecycle, or a wait. The record carries what the step changed. */
import type { BootstrapRecord } from './artifacts/bootstrap-record.js';
import type { LifecycleEvent } from './lifecycle.js';

export type Outcome =
  | { readonly kind: 'event'; readonly event: LifecycleEvent; readonly because: string; readonly record: BootstrapRecord }
  | { readonly kind: 'wait'; readonly until: string; readonly because: string; readonly record: BootstrapRecord };

export function happened(event: LifecycleEvent, record: BootstrapRecord, because: string): Outcome {
  return { kind: 'event', event, because, record };
}

export function waits(until: string, record: BootstrapRecord, because: string): Outcome {
  return { kind: 'wait', until, because, record };
}
