#!/usr/bin/env node
/** The command line `sf`. What a command works with is loaded when it runs, so that `sf --help` is quick. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { bootstrapCommand } from '../cli/bootstrap.js';
import { demoCommand } from '../cli/demo.js';
import { type Console, reportFailure } from '../cli/output.js';
import { ownersCommand } from '../cli/owners.js';
import { policyCommand } from '../cli/policy.js';
import { type ProfileWorld, profileCommand } from '../cli/profile.js';
import { scanCommand } from '../cli/scan.js';
import { EXIT_CODES, ProblemError } from '../core/problem.js';

const console: Console = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true && process.env.CI === undefined,
};

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

function program(): Command {
  const sf = new Command('sf')
    .description('Autopilot: takes batch datasets from "some job writes there" to signal-ready.')
    .exitOverride()
    .showHelpAfterError('(sf --help lists the commands)');
  sf.addCommand(bootstrapCommand(async () => (await import('./bootstrap-actions.js')).bootstrapActions(console), console, finish));
  sf.addCommand(
    scanCommand({
      scan: async (folders, { cache }) => (await import('./scan.js')).scanFolders(folders, cache ? cacheFolder() : undefined),
      datasets: async (repositories, orgConfig, folders) => (await import('./scan.js')).decideScanned(repositories, orgConfig, folders),
      console,
    }),
  );
  sf.addCommand(ownersCommand({ owners: async (folder, paths) => (await import('./scan.js')).ownersIn(folder, paths), console }));
  sf.addCommand(demoCommand(async () => (await import('./demo.js')).demo(console), finish));
  sf.addCommand(profileCommand(profileWorld()));
  sf.addCommand(
    policyCommand({
      readText,
      publicKeys: async (home) => (await import('./home.js')).publicKeys(home),
      print: (text) => console.out(`${text}\n`),
      exitWith: finish,
    }),
  );
  return sf;
}

try {
  await program().parseAsync();
} catch (error) {
  finish(error instanceof CommanderError ? (error.exitCode === 0 ? 0 : EXIT_CODES.usage) : reportFailure(console, error));
}
