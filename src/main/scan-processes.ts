/** Where the program of a process that scans lies, and what is told of one that was ended. */
import { join } from 'node:path';
import { type ScanProcesses, scanProcesses } from '../adapters/scan-process/pool.js';
import { packageFolder } from './package-folder.js';
import type { BotGround } from './serve.js';

/** Run from TypeScript sources, the bot has the compiled program beside it. */
export function botScans({ home, logger, metrics }: Pick<BotGround, 'home' | 'logger' | 'metrics'>): ScanProcesses {
  return scanProcesses({
    file: join(packageFolder(), 'dist/src/main/scan-worker.js'),
    words: [join(home, 'facts.sqlite')],
    warn: (line) => logger.warn(line),
    ended: (over) => {
      metrics.add('autopilot_scans_ended_total', { over });
      logger.warn({ operation: 'scan', outcome: over }, 'scan ended');
    },
  });
}
