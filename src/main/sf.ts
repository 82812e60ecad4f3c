#!/usr/bin/env node
/** The command line `sf`. What a command needs is loaded when it runs, so that `sf --help` is quick. */
import { Command, CommanderError } from 'commander';
import { bootstrapCommand } from '../cli/bootstrap.js';
import { type Console, reportFailure } from '../cli/output.js';
import { ownersCommand } from '../cli/owners.js';
import { policyCommand } from '../cli/policy.js';
import { profileCommand } from '../cli/profile.js';
import { scanCommand } from '../cli/scan.js';

const USAGE = 2;

const console: Console = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true && process.env.CI === undefined,
};

const finish = (exitCode: number): void => {
  process.exitCode = exitCode;
};
