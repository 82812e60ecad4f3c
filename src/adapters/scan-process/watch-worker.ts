/**
 * A thread beside a scan, which may be one long step that hears nothing: it ends the process when the scan is over its limits, and
 * when the bot is gone. By which signal says why.
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';

const LOOK_EVERY_MS = 250;
const { parent, residentMb } = z.object({ parent: z.int(), residentMb: z.number() }).parse(workerData);
const state = { cpuEndMs: Number.POSITIVE_INFINITY };

/** The processor time of this process at which the scan is ended. */
parentPort?.on('message', (cpuEndMs: number) => {
  state.cpuEndMs = cpuEndMs;
});

setInterval(() => {
  const { user, system } = process.cpuUsage();
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  else if ((user + system) / 1000 > state.cpuEndMs) process.kill(process.pid, 'SIGXCPU');
  else if (process.memoryUsage.rss() > residentMb * 1024 * 1024) process.kill(process.pid, 'SIGABRT');
}, LOOK_EVERY_MS);
