#!/usr/bin/env node
/** The command line `sf`. What a command works with is loaded when it runs, so that `sf --help` is quick. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { type Console, reportFailure } from '../cli/output.js';
import type { ProfileWorld } from '../cli/profile.js';
import { EXIT_CODES, ProblemError, problemOf } from '../core/problem.js';

const console: Console = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true && process.env.CI === undefined,
};

function warn(line: string): void {
  console.err(`sf: ${line}\n`);
}

function finish(exitCode: number): void {
  process.exitCode = exitCode;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ProblemError({ kind: 'usage', what: `${path} cannot be read.`, remedy: 'Name a file that is there.' }, { cause });
  }
}

/** Where facts of scanned files are kept; losing it costs time only. */
function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'signal-factory');
}

function profileWorld(): ProfileWorld {
  return {
    openLake: async (root) => (await import('./home.js')).lakeAt(root),
    clock: { now: () => new Date().toISOString() },
    print: console.out,
  };
}

type Entry = { readonly name: string; readonly summary: string; readonly load: () => Promise<Command> };

const COMMANDS: readonly Entry[] = [
  {
    name: 'bootstrap',
    summary: 'take datasets from a job that writes them to signal-ready',
    load: async () =>
      (await import('../cli/bootstrap.js')).bootstrapCommand(
        async () => (await import('./bootstrap-actions.js')).bootstrapActions(console),
        console,
        finish,
      ),
  },
  {
    name: 'scan',
    summary: 'find the datasets that the code of repositories writes, and who reads them',
    load: async () =>
      (await import('../cli/scan.js')).scanCommand({
        scan: async (folders, { cache }) => (await import('./scan.js')).scanFolders(folders, cache ? cacheFolder() : undefined, warn),
        datasets: async (repositories, orgConfig, folders) => (await import('./scan.js')).decideScanned(repositories, orgConfig, folders),
        console,
      }),
  },
  {
    name: 'owners',
    summary: "who owns paths of a repository, by GitHub's CODEOWNERS rules",
    load: async () =>
      (await import('../cli/owners.js')).ownersCommand({
        owners: async (folder, paths) => (await import('./scan.js')).ownersIn(folder, paths),
        console,
      }),
  },
  {
    name: 'demo',
    summary: 'make a small lakehouse and take each of its datasets through the whole job',
    load: async () => (await import('../cli/demo.js')).demoCommand(async () => (await import('./demo.js')).demo(console), finish),
  },
  {
    name: 'profile',
    summary: 'profile the newest partitions of a dataset and print its baseline',
    load: async () => (await import('../cli/profile.js')).profileCommand(profileWorld()),
  },
  {
    name: 'policy',
    summary: 'check that a policy is what the gateway signed, and print the keys it is signed with',
    load: async () =>
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
async function program(asked: readonly string[]): Promise<Command> {
  const sf = new Command('sf')
    .description('Autopilot: takes batch datasets from "some job writes there" to signal-ready.')
    .addHelpText(
      'after',
      '\nExample:\n  sf demo --once\n\nExit codes: 0 done, 1 the answer is no, 2 bad usage or input, 3 the world failed.\n',
    );
  for (const { name, summary, load } of COMMANDS) {
    sf.addCommand((asked.includes(name) ? await load() : new Command(name)).description(summary));
  }
  speakAlike(sf);
  return sf;
}

/** A wrong call ends with the same exit code and hint wherever it is noticed. */
function speakAlike(command: Command): void {
  command.exitOverride().showHelpAfterError(`(${pathOf(command)} --help shows how)`);
  for (const each of command.commands) speakAlike(each);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function reported(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  const wantsJson = args.some((arg, at) => arg === '--format=json' || (arg === '--format' && args[at + 1] === 'json'));
  return reportFailure(console, error, wantsJson);
}

// Whoever reads our output may stop early (`sf scan . | head -1`); that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') console.err(`sf: the result could not be written: ${problemOf(error)?.what ?? error.message}\n`);
  process.exit(error.code === 'EPIPE' ? 0 : EXIT_CODES.world);
});
process.once('SIGINT', () => {
  console.err('\nsf: interrupted. What was done so far is kept; the same command goes on from there.\n');
  process.exit(130);
});

const args = process.argv.slice(2);
try {
  await (await program(args.slice(0, 2))).parseAsync(args, { from: 'user' });
} catch (error) {
  finish(reported(error, args));
}
