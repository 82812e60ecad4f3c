/** The ways in which one call to GitHub goes wrong, each as what happens to the call and to those right after it. */
import type { CallFacts, Effect } from '../../src/stand-in/faults.js';

export type CallFault = {
  readonly name: string;
  readonly fits: (call: CallFacts) => boolean;
  /** The call itself first; those after it only at the same moment. */
  readonly effects: readonly Effect[];
};

const ALWAYS = (): boolean => true;
const isWrite = ({ kind }: CallFacts): boolean => kind === 'write';
const isGraphql = ({ path }: CallFacts): boolean => path === '/graphql';
const WRONG = 'Something went wrong while executing your query.';
const DOWN: Effect = { kind: 'status', status: 502 };

export const CALL_FAULTS: readonly CallFault[] = [
  { name: '500', fits: ALWAYS, effects: [{ kind: 'status', status: 500 }] },
  { name: '502, but done', fits: isWrite, effects: [{ kind: 'done-but-status', status: 502 }] },
  {
    name: '502, but done, then down for 4 calls or until time passes',
    fits: isWrite,
    effects: [{ kind: 'done-but-status', status: 502 }, DOWN, DOWN, DOWN, DOWN],
  },
  { name: 'secondary limit', fits: ALWAYS, effects: [{ kind: 'secondary-limit', retryAfterSeconds: 60 }] },
  { name: 'time-out', fits: ALWAYS, effects: [{ kind: 'hang' }] },
  { name: 'time-out, but done', fits: isWrite, effects: [{ kind: 'hang', afterDoing: true }] },
  { name: 'reset', fits: ALWAYS, effects: [{ kind: 'reset' }] },
  { name: 'reset, but done', fits: isWrite, effects: [{ kind: 'reset', afterDoing: true }] },
  {
    name: 'done, but the limit stands before the read-back',
    fits: isWrite,
    effects: [
      { kind: 'done-but-status', status: 502 },
      { kind: 'secondary-limit', retryAfterSeconds: 60 },
    ],
  },
  {
    name: 'GraphQL: an error beside the data',
    fits: isGraphql,
    effects: [{ kind: 'graphql-error', type: 'SERVICE_UNAVAILABLE', message: WRONG }],
  },
  {
    name: 'GraphQL: an error and no data',
    fits: isGraphql,
    effects: [{ kind: 'graphql-error', type: 'SERVICE_UNAVAILABLE', message: WRONG, withoutData: true }],
  },
];

export const WEBHOOK_FAULTS = ['lose', 'double', 'swap-with-next'] as const;
export type WebhookFaultName = (typeof WEBHOOK_FAULTS)[number];
