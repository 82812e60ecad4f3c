/** The command line as a function: arguments in, exit code out. What a command works with is loaded when it runs, so that help is quick. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { type Console, plain, reportFailure } from '../cli/output.js';
import type { ProfileWorld } from '../cli/profile.js';
import { EXIT_CODES, ProblemError } from '../core/problem.js';
import { packageFolder } from './package-folder.js';

/** Runs one call; everything it says goes to `console`. The exit codes are those of §14. */
export async function commandLine(args: readonly string[], console: Console): Promise<number> {
  const ended = { code: 0 };
  const finish = (code: number): void => {
    ended.code = code;
  };
  try {
    await (await program(args.slice(0, 2), { console, finish })).parseAsync([...args], { from: 'user' });
    return ended.code;
  } catch (error) {
    return reported(error, args, console);
  }
}

/** What to say of a call that a person broke off. */
export function whenInterrupted([name]: readonly string[]): string {
  return COMMANDS.find((entry) => entry.name === name)?.interrupted ?? ONLY_LOOKS;
}

type Call = { readonly console: Console; readonly finish: (exitCode: number) => void };

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ProblemError({ kind: 'usage', what: `${path} cannot be read.`, remedy: 'Name a file that is there.' }, { cause });
  }
}

function warnTo(console: Console): (line: string) => void {
  return (line) => console.err(`sf: ${plain(line)}\n`);
}

/** Where facts of scanned files are kept; losing it costs time only. */
function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'signal-factory');
}

function profileWorld(console: Console): ProfileWorld {
  return {
    openLake: async (root) => (await import('./home.js')).lakeAt(root),
    clock: { now: () => new Date().toISOString() },
    print: console.out,
  };
}

type Entry = {
  readonly name: string;
  readonly summary: string;
  /** What is true after Ctrl-C. */
  readonly interrupted: string;
  readonly load: (call: Call) => Promise<Command>;
};

const ONLY_LOOKS = 'Nothing was changed.';

const COMMANDS: readonly Entry[] = [
  {
    name: 'bootstrap',
    summary: 'take datasets from a job that writes them to signal-ready',
    interrupted: 'What was done so far is kept; the same command goes on from there.',
    load: async ({ console, finish }) =>
      (await import('../cli/bootstrap.js')).bootstrapCommand(
        async () => (await import('./bootstrap-actions.js')).bootstrapActions(console),
        console,
        finish,
      ),
  },
  {
    name: 'scan',
    summary: 'find the datasets that the code of repositories writes, and who reads them',
    interrupted: ONLY_LOOKS,
    load: async ({ console }) =>
      (await import('../cli/scan.js')).scanCommand({
        scan: async (folders, { cache, orgConfig }) =>
          (await import('./scan.js')).scanFolders(folders, { home: cache ? cacheFolder() : undefined, orgConfig }, warnTo(console)),
        datasets: async (repositories, orgConfig, folders) => (await import('./scan.js')).decideScanned(repositories, orgConfig, folders),
        changes: async (asked, { cache }) =>
          (await import('./changes.js')).changesIn(asked, cache ? cacheFolder() : undefined, warnTo(console)),
        explain: async (folder, place, { cache, orgConfig }) =>
          (await import('./scan.js')).explainIn(folder, place, { home: cache ? cacheFolder() : undefined, orgConfig }, warnTo(console)),
        console,
      }),
  },
  {
    name: 'owners',
    summary: "who owns paths of a repository, by GitHub's CODEOWNERS rules",
    interrupted: ONLY_LOOKS,
    load: async ({ console }) =>
      (await import('../cli/owners.js')).ownersCommand({
        owners: async (folder, paths) => (await import('./scan.js')).ownersIn(folder, paths),
        console,
      }),
  },
  {
    name: 'demo',
    summary: 'make a small lakehouse and take each of its datasets through the whole job',
    interrupted: 'The demo is over: what it made stays in its folder until the next one there, which begins anew.',
    load: async ({ console, finish }) =>
      (await import('../cli/demo.js')).demoCommand(
        async () => async (request) =>
          request.local
            ? (await import('./demo-local.js')).localDemo(console)(request)
            : (await import('./demo.js')).demo(console)(request),
        finish,
      ),
  },
  {
    name: 'serve',
    summary: 'run the GitHub App: take webhooks, scan, open and merge pull requests',
    interrupted: 'Webhooks that were taken are kept; the next start goes on with them.',
    load: async ({ console, finish }) => {
      const { serveCommand } = await import('../cli/serve.js');
      return serveCommand(async () => {
        const { serveAction, terminated } = await import('./serve-command.js');
        const { composeBot } = await import('./compose-bot.js');
        const { defaultHome } = await import('./home.js');
        return serveAction({ console, compose: composeBot(), env: process.env, defaultHome, asked: terminated() });
      }, finish);
    },
  },
  {
    name: 'init',
    summary: 'create the GitHub App of this installation, in the browser',
    interrupted: 'No key was kept. If GitHub has created the App already, delete it in its settings; `sf init` begins anew.',
    load: async ({ console, finish }) =>
      (await import('../cli/init.js')).initCommand(
        async () => (await import('./init.js')).initActions({ console, defaultHome: (await import('./home.js')).defaultHome }),
        console,
        finish,
      ),
  },
  {
    name: 'profile',
    summary: 'profile the newest partitions of a dataset and print its baseline',
    interrupted: ONLY_LOOKS,
    load: async ({ console }) => (await import('../cli/profile.js')).profileCommand(profileWorld(console)),
  },
  {
    name: 'policy',
    summary: 'check that a policy is what the gateway signed, and print the keys it is signed with',
    interrupted: ONLY_LOOKS,
    load: async ({ console, finish }) =>
      (await import('../cli/policy.js')).policyCommand({
        readText,
        publicKeys: async (home) => (await import('./home.js')).publicKeys(home),
        print: console.out,
        complain: console.err,
        exitWith: finish,
      }),
  },
];

/** Only the command that was asked for is loaded; of the others a list of commands needs no more than their names. */
async function program(asked: readonly string[], call: Call): Promise<Command> {
  const sf = new Command('sf')
    .description('Autopilot: takes batch datasets from "some job writes there" to signal-ready.')
    .version(versionOf(await readText(join(packageFolder(), 'package.json'))))
    .addHelpText(
      'after',
      '\nExample:\n  sf demo --once\n\nExit codes: 0 done, 1 the answer is no, 2 bad usage or input, 3 the world failed.\n',
    );
  for (const { name, summary, load } of COMMANDS) {
    sf.addCommand((asked.includes(name) ? await load(call) : new Command(name)).description(summary));
  }
  speakAlike(sf, call.console);
  return sf;
}

function versionOf(packageJson: string): string {
  return /"version": "([^"]+)"/.exec(packageJson)?.[1] ?? 'unknown';
}

/** A wrong call ends with the same exit code and hint wherever it is noticed. */
function speakAlike(command: Command, console: Console): void {
  command
    .exitOverride()
    .showHelpAfterError(`(${pathOf(command)} --help shows how)`)
    .configureOutput({ writeOut: console.out, writeErr: console.err });
  for (const each of command.commands) speakAlike(each, console);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function reported(error: unknown, args: readonly string[], console: Console): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  const wantsJson = args.some((arg, at) => arg === '--format=json' || (arg === '--format' && args[at + 1] === 'json'));
  return reportFailure(console, error, wantsJson);
}
