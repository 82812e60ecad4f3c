/** `sf demo`: the main job on a small lakehouse, with a clock that is told to go on. */
import { Command } from 'commander';
import { parseNow } from './output.js';

/** `still`: no time passes by itself. `local`: branches of local repositories instead of pull requests. */
export type DemoRequest = {
  readonly keep: string;
  readonly once: boolean;
  readonly still: boolean;
  readonly local: boolean;
  readonly now?: string;
};

export function demoCommand(load: () => Promise<(request: DemoRequest) => Promise<number>>, finish: (exitCode: number) => void): Command {
  return new Command('demo')
    .option('--keep <folder>', 'where everything is made and kept', '.demo')
    .option('--once', 'end by itself instead of staying up to be clicked through')
    .option('--still', 'stop when the pull requests are open: you move the clock, in the pages')
    .option('--local', 'without a GitHub: branches in local repositories, as `sf bootstrap run` makes them')
    .option('--now <time>', 'when the demo begins, a UTC time such as 2026-02-15T10:00:00Z (default: now)', parseNow)
    .addHelpText('after', '\nExample:\n  sf demo --keep /tmp/autopilot-demo --once\n')
    .action(
      async (options: {
        readonly keep: string;
        readonly once?: boolean;
        readonly still?: boolean;
        readonly local?: boolean;
        readonly now?: string;
      }) => {
        const demo = await load();
        finish(
          await demo({
            keep: options.keep,
            once: options.once ?? false,
            still: options.still ?? false,
            local: options.local ?? false,
            ...(options.now ? { now: options.now } : {}),
          }),
        );
      },
    );
}
