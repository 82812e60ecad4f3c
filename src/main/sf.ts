#!/usr/bin/env node
/** The program `sf`: one call of the command line in a process of its own. */
import { endGit } from '../adapters/git/start.js';
import type { Console } from '../cli/output.js';
import { EXIT_CODES, problemOf } from '../core/problem.js';
import { commandLine, whenInterrupted } from './command-line.js';

const args = process.argv.slice(2);
const console: Console = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true && process.env.CI === undefined,
};

// Whoever reads our output may stop early (`sf scan . | head -1`); that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') console.err(`sf: the result could not be written: ${problemOf(error)?.what ?? error.message}\n`);
  process.exit(error.code === 'EPIPE' ? 0 : EXIT_CODES.world);
});
// What was started goes with us, also when we are told to end.
process.on('exit', endGit);
process.once('SIGTERM', () => {
  if (process.listenerCount('SIGTERM') === 0) process.exit(143);
});
process.once('SIGINT', () => {
  console.err(`\nsf: interrupted. ${whenInterrupted(args)}\n`);
  // A command that listens itself closes what it has open, and ends.
  if (process.listenerCount('SIGINT') === 0) process.exit(130);
});

process.exitCode = await commandLine(args, console);
