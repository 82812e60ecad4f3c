/** §14.2 Each step towards a value as words for a person. */
import type { HoleReason, Origin, StepHow } from '../src/core/origin.js';

type Named = Exclude<StepHow, 'hole'>;

const STEPS: Readonly<Record<Named, (name: string, isPlaced: boolean) => string>> = {
  written: () => 'written here',
  constant: (name) => `constant ${name}`,
  variable: (name) => `variable ${name}`,
  attribute: (name) => `attribute ${name}`,
  element: (name) => `${name}, an element of what stands there`,
  entry: (name) => `entry ${name} of the dictionary`,
  setting: (name) => `${name} of the settings file`,
  composed: (name) => `${name} of the settings that Hydra puts together from here`,
  imported: (name) => `${name}, imported here`,
  argument: (name, isPlaced) => `parameter ${name}, given ${isPlaced ? 'by the call here' : 'where a subclass hands it on'}`,
  default: (name) => `parameter ${name}: its default, since no call that was found gives it`,
  returned: (name) => `what ${name}() returns`,
  'job-default': (name) => `argument ${name} of the job: its default, since no infrastructure here gives it`,
  'environment-default': (name) => `environment variable ${name}: its default in the code`,
  job: (name) => `argument ${name} of the job, as the infrastructure gives it`,
  'job-declared': (name) => (name === '' ? 'the job is declared here' : `the job that runs ${name} is declared here`),
  joined: () => 'put together',
  statement: (name) => `named in the SQL statement ${name.toUpperCase()}`,
  'worked-out': (name) => (name === '' ? 'worked out here' : `worked out from ${name}`),
};

const UNKNOWN: Readonly<Record<HoleReason, (name: string) => string>> = {
  'not-given': (name) => `${name} is a parameter, and no call that was found says what it is`,
  placeholder: (name) => `${name} has a default that stands for "nothing given", which is not taken; no call that was found gives it`,
  'job-argument': (name) => `${name} is an argument of the job: it has no default that says anything, and no infrastructure here gives it`,
  'command-line': (name) => `${name} is an argument by its place on the command line that starts the script`,
  environment: (name) => `${name} is an environment variable without a default in the code`,
  'run-time': (name) => `${name} is a time or an id of the run`,
  'read-at-run-time': (name) => `${name} is read out of a file or a service when the job runs`,
  listed: (name) => `${name} stands for what is there when the job runs: the files are listed then`,
  'not-defined': (name) => `${name} is defined nowhere in this repository that this file imports from`,
  library: (name) => `${name} comes out of a library, and what it gives is known at run time only`,
  'not-followed': (name) => `${name} comes out of code that is not followed`,
  'not-an-expression': (name) => `${name} is an expression that is not worked out`,
  'no-return': (name) => `${name}() returns nothing that could be read`,
  'no-such-entry': (name) => `${name} is no entry of the dictionary as far as it is known`,
  'too-many': (name) => `${name} has more than 32 values, which makes it a family and no list of datasets`,
  'too-far': (name) => `${name} would take more steps than one file may cost`,
  'too-long': (name) => `${name} is the rest of a text that is longer than any name or statement`,
};

export function wordsOf({ how, name, why, at }: Origin): string {
  if (how === 'hole') return UNKNOWN[why ?? 'not-followed'](`{${name}}`);
  return STEPS[how](name, at !== undefined);
}
