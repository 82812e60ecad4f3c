/** A small process that starts git for a large one and ends with it. */
import { endGit, type GitRequest, startGit } from './start.js';

export type Asked = { readonly id: number; readonly request: GitRequest };

// A terminal's Ctrl-C reaches the whole group: when to end is for the process that asks to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => {
  endGit();
  process.exit();
});
process.on('message', ({ id, request }: Asked) => {
  void startGit(request).then((outcome) => process.send?.({ id, outcome }));
});
