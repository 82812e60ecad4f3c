/** `sf bootstrap …`: takes datasets of local repositories through the lifecycle, and lets people decide. */
import { Command, Option } from 'commander';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { ProblemError } from '../core/problem.js';
import { DatasetUrn } from '../core/urn.js';
import type { Condition } from '../flows/readiness.js';
import type { LedgerEntry } from '../ports.js';
import { datasetStory, exitCodeOf, type FleetRow, fleetTable, whatIsMissing } from './bootstrap-report.js';
import { type Console, FORMATS_SHOWN, parseNow, plain, printJsonDocument, type ShownAs, table } from './output.js';

export type RunRequest = {
  readonly directories: readonly string[];
  readonly lake?: string;
  readonly orgConfig?: string;
  readonly holes: Readonly<Record<string, string>>;
  /** Only this dataset. */
  readonly urn?: DatasetUrn;
  readonly dryRun: boolean;
};
export type RunResult = {
  readonly rows: readonly FleetRow[];
  readonly nameless: readonly string[];
  readonly whereToLook: string;
  /** What a person should know before they rely on this, a sentence each. */
  readonly warnings?: readonly string[];
  /** The one dataset that the command was about. */
  readonly about?: DatasetUrn;
  /** A sentence about what the command found, where it had nothing to do. */
  readonly said?: string;
  /** A dry run: what would be started. */
  readonly planned?: readonly { readonly urn: DatasetUrn; readonly tier: string; readonly model: string }[];
};
export type Place = { readonly home?: string; readonly now?: string };

/** What the command line asks of the rest; `src/main` fills it. */
export type BootstrapActions = {
  readonly run: (request: RunRequest, place: Place) => Promise<RunResult>;
  /** `judged`: only while the branch still holds the content of this digest. */
  readonly approve: (urn: DatasetUrn, by: { readonly name: string; readonly judged?: string }, place: Place) => Promise<RunResult>;
  readonly cancel: (urn: DatasetUrn, because: string, place: Place) => Promise<RunResult>;
  readonly retry: (urn: DatasetUrn, place: Place) => Promise<RunResult>;
  readonly status: (place: Place) => Promise<readonly FleetRow[]>;
  readonly story: (
    urn: DatasetUrn,
    place: Place,
  ) => Promise<{ readonly record: BootstrapRecord; readonly conditions: readonly Condition[]; readonly ledger: readonly LedgerEntry[] }>;
};
/** Loads what the command works with when it runs. */
export type LoadActions = () => Promise<BootstrapActions>;
export type Finish = (exitCode: number) => void;

export function bootstrapCommand(load: LoadActions, console: Console, finish: Finish): Command {
  const bootstrap = new Command('bootstrap').addHelpText('after', '\nExample:\n  sf bootstrap run ~/src/pipelines --data ~/lake\n');
  bootstrap.addCommand(runCommand(load, console, finish));
  bootstrap.addCommand(initCommand(load, console, finish));
  bootstrap.addCommand(approveCommand(load, console, finish));
  bootstrap.addCommand(statusCommand(load, console, finish));
  bootstrap.addCommand(retryCommand(load, console, finish));
  bootstrap.addCommand(cancelCommand(load, console, finish));
  return bootstrap;
}

type Common = { readonly home?: string; readonly now?: string; readonly format: ShownAs };
type RunOptions = Common & {
  readonly data?: string;
  readonly orgConfig?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
};

function common(command: Command): Command {
  return command
    .option('--home <folder>', 'where the fleet is remembered (default: $SF_HOME or ~/.signal-factory)')
    .option('--now <time>', 'the clock stands at this UTC time, e.g. 2026-02-15T10:00:00Z; ids follow from it', parseNow)
    .addOption(new Option('--format <format>', 'how the result is printed').choices(FORMATS_SHOWN).default('text'));
}

function running(command: Command): Command {
  return common(command)
    .option('--data <lake>', 'folder that stands for the object stores: <lake>/<bucket>/<key> is s3://<bucket>/<key>')
    .option('--org-config <file>', "the organisation's settings (YAML)")
    .option('--set <name=value>', 'fill a {name} in a target; may be repeated', parseHole, {})
    .option('--dry-run', 'say what would be started, write nothing');
}

function runCommand(load: LoadActions, console: Console, finish: Finish): Command {
  return running(new Command('run'))
    .argument('<directories...>', 'git repositories whose datasets are taken on')
    .description('scan, profile, draft, open a branch per dataset, and go on as far as no person is needed')
    .addHelpText('after', '\nExample:\n  sf bootstrap run ~/src/pipelines --data ~/lake --org-config org.yml\n')
    .action(async (directories: string[], options: RunOptions) => {
      const request = requestOf(directories, options);
      show(console, finish, options, await (await load()).run(request, placeOf(options)));
    });
}

function initCommand(load: LoadActions, console: Console, finish: Finish): Command {
  return running(new Command('init'))
    .argument('[directories...]', 'git repositories to look in (default: those of the last run)')
    .requiredOption('--urn <urn>', 'the dataset, ds://namespace/name', parseUrn)
    .description('bootstrap one dataset')
    .addHelpText('after', '\nExample:\n  sf bootstrap init --urn ds://gold/orders ~/src/pipelines --data ~/lake\n')
    .action(async (directories: string[], options: RunOptions & { readonly urn: DatasetUrn }) => {
      const request = { ...requestOf(directories, options), urn: options.urn };
      show(console, finish, options, await (await load()).run(request, placeOf(options)));
    });
}

function approveCommand(load: LoadActions, console: Console, finish: Finish): Command {
  return common(new Command('approve'))
    .requiredOption('--urn <urn>', 'the dataset', parseUrn)
    .requiredOption('--as <name>', 'who approves; recorded', parseName)
    .option(
      '--judged <digest>',
      'approve only while the branch still holds what was read: the digest in the words of the change',
      parseDigest,
    )
    .description('approve exactly what the branch of a dataset holds now; it is signed, merged and certified')
    .addHelpText('after', '\nExample:\n  sf bootstrap approve --urn ds://gold/orders --as ada\n')
    .action(async (options: Common & { readonly urn: DatasetUrn; readonly as: string; readonly judged?: string }) => {
      const by = { name: options.as, ...(options.judged ? { judged: options.judged } : {}) };
      show(console, finish, options, await (await load()).approve(options.urn, by, placeOf(options)));
    });
}

function retryCommand(load: LoadActions, console: Console, finish: Finish): Command {
  return common(new Command('retry'))
    .requiredOption('--urn <urn>', 'the dataset', parseUrn)
    .description('start an escalated or cancelled bootstrap again')
    .addHelpText('after', '\nExample:\n  sf bootstrap retry --urn ds://gold/orders\n')
    .action(async (options: Common & { readonly urn: DatasetUrn }) => {
      show(console, finish, options, await (await load()).retry(options.urn, placeOf(options)));
    });
}

function cancelCommand(load: LoadActions, console: Console, finish: Finish): Command {
  return common(new Command('cancel'))
    .requiredOption('--urn <urn>', 'the dataset', parseUrn)
    .option('--because <reason>', 'why; recorded', 'cancelled by a person')
    .description('end a bootstrap; its branch stays')
    .addHelpText('after', '\nExample:\n  sf bootstrap cancel --urn ds://gold/orders --because "the table goes away in May"\n')
    .action(async (options: Common & { readonly urn: DatasetUrn; readonly because: string }) => {
      show(console, finish, options, await (await load()).cancel(options.urn, options.because, placeOf(options)));
    });
}

function statusCommand(load: LoadActions, console: Console, finish: Finish): Command {
  return common(new Command('status'))
    .option('--urn <urn>', 'one dataset, with the five conditions and its history', parseUrn)
    .description('where the fleet, or one dataset, stands')
    .addHelpText('after', '\nExample:\n  sf bootstrap status --urn ds://gold/orders\n')
    .action(async (options: Common & { readonly urn?: DatasetUrn }) => {
      if (options.urn) {
        const story = await (await load()).story(options.urn, placeOf(options));
        if (options.format === 'json') printJsonDocument(console, story);
        else console.out(`${datasetStory(story.record, story.conditions, story.ledger)}\n`);
        finish(0);
        return;
      }
      const rows = await (await load()).status(placeOf(options));
      if (options.format === 'json')
        printJsonDocument(console, { datasets: rows.map(({ record, confidence }) => ({ ...record, confidence })) });
      else
        console.out(
          rows.length === 0
            ? 'No dataset is known here yet: `sf bootstrap run DIR --data LAKE` starts.\n'
            : `${[fleetTable(rows), notReady(rows)].filter(Boolean).join('\n\n')}\n`,
        );
      finish(0);
    });
}

function show(console: Console, finish: Finish, { format }: Common, result: RunResult): void {
  const { rows, nameless, whereToLook, planned, warnings = [], about, said } = result;
  if (format === 'json') {
    printJsonDocument(console, {
      datasets: rows.map(({ record, confidence }) => ({ ...record, confidence })),
      nameless,
      ...(planned ? { planned } : {}),
      ...(said ? { said } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
    });
    finish(exitCodeOf(rows, about));
    return;
  }
  const asked = rows.find(({ record }) => record.dataset_urn === about)?.record;
  const parts = [
    ...warnings.map((warning) => `Please check: ${warning}`),
    said,
    asked && `${asked.dataset_urn} is ${asked.current_step}${asked.reason ? `: ${plain(asked.reason)}` : ''}`,
    planned ? plannedTable(planned, said) : rows.length > 0 ? fleetTable(rows) : 'No dataset was found.',
    notReady(rows),
    nameless.length > 0 &&
      `Found, but not started, since parts of their place are not known (fill each {name} with --set, or map them in the settings):\n${nameless.map((target) => `  ${target}`).join('\n')}`,
    whereToLook,
  ];
  console.out(`${parts.filter(Boolean).join('\n\n')}\n`);
  finish(exitCodeOf(rows, about));
}

/** On a laptop nobody works while no command runs: what the clock decides goes on with the next one. */
function notReady(rows: readonly FleetRow[]): string {
  const missing = whatIsMissing(rows);
  const stands = new Set(rows.map(({ record }) => record.current_step));
  const hints = [
    stands.has('POLICY_PENDING') && 'What the clock decides goes on when `sf bootstrap run` is called again after that time.',
    stands.has('ESCALATED') && 'What is ESCALATED begins again with `sf bootstrap retry --urn URN`, once its reason is mended.',
  ];
  return missing && ['Not ready yet:', missing, ...hints.flatMap((hint) => (hint ? [`  ${hint}`] : []))].join('\n');
}

function plannedTable(planned: NonNullable<RunResult['planned']>, said: string | undefined): string {
  if (planned.length === 0) return said ? '' : 'No dataset would be started.';
  return `Would be started (nothing was written):\n${table(
    ['dataset', 'tier', 'model'],
    planned.map(({ urn, tier, model }) => [urn, tier, model]),
  )}`;
}

function requestOf(directories: readonly string[], options: RunOptions): RunRequest {
  return {
    directories,
    ...(options.data ? { lake: options.data } : {}),
    ...(options.orgConfig ? { orgConfig: options.orgConfig } : {}),
    holes: options.set,
    dryRun: options.dryRun ?? false,
  };
}

function placeOf({ home, now }: Common): Place {
  return { ...(home ? { home } : {}), ...(now ? { now } : {}) };
}

function parseUrn(text: string): DatasetUrn {
  const urn = DatasetUrn.safeParse(text);
  if (urn.success) return urn.data;
  throw new ProblemError({
    kind: 'usage',
    what: `${JSON.stringify(text)} is no dataset urn.`,
    remedy: 'Write ds://namespace/name, lower case.',
  });
}

function parseName(text: string): string {
  const name = text.trim();
  if (/^[^\s\p{C}](?:[^\p{C}]{0,98}[^\s\p{C}])?$/u.test(name) && name.toLowerCase() !== 'autopilot') return name;
  throw new ProblemError({
    kind: 'usage',
    what: `${JSON.stringify(text)} cannot approve.`,
    remedy: 'Give the name of a person with --as.',
  });
}

function parseDigest(text: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return text;
  throw new ProblemError({
    kind: 'usage',
    what: `${JSON.stringify(text)} is no digest.`,
    remedy: 'Copy it from the words of the change: sha256: and 64 digits.',
  });
}

function parseHole(text: string, holes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value) return { ...holes, [name]: value };
  throw new ProblemError({
    kind: 'usage',
    what: `--set ${text} does not read name=value.`,
    remedy: 'Write for example --set bucket=acme-lake.',
  });
}
