/**
 * The bot from installation to merge, disturbed once per scene, or some times where that is asked for: each GitHub call fails in each way, each webhook is lost, doubled or
 * late, the process is killed before and after each durable effect. Every play must end as the undisturbed one.
 * Usage: npm run evidence:spine [-- --every N | --plays N] [--seed S] [--only WORDS] [--without WORDS] [--together N] [--from N] [--list]
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, drawn } from './spine/choice.js';
import { type Played, play } from './spine/play.js';
import { prepareGround } from './spine/stage.js';
import { type Findings, findAll, type Trial, trialsOf, tryAll, type Verdict } from './spine/trial.js';

const { values } = parseArgs({
  options: {
    every: { type: 'string', default: '1' },
    seed: { type: 'string', default: '0' },
    /** Part of the names of the trials. */
    only: { type: 'string', default: '' },
    /** Those with this in their names are left out. */
    without: { type: 'string' },
    /** So many plays with something drawn by chance in every scene, in place of each N-th. */
    plays: { type: 'string' },
    /** So many calls and webhooks of a scene go wrong in one play; those that did not come are played again with fewer. */
    together: { type: 'string', default: '1' },
    /** So many of the plays are left out: somebody else plays them. */
    from: { type: 'string', default: '0' },
    list: { type: 'boolean', default: false },
  },
});

/** Said after every so many plays. */
const PROGRESS = 10;

/** Each N-th, beginning where the seed says, or what is drawn by it. */
function chosen(all: readonly Trial[]): readonly (readonly Trial[])[] {
  const { only, without } = values;
  const trials = all.filter(({ name }) => name.includes(only) && !(without !== undefined && name.includes(without)));
  if (values.plays !== undefined) return drawn(trials, Number(values.plays), Number(values.seed));
  const every = Math.max(1, Number(values.every));
  return bundled(
    trials.filter((_, index) => index % every === Number(values.seed) % every),
    Math.max(1, Number(values.together)),
  );
}

function table({ calls, webhooks, effects }: Findings, verdicts: readonly Verdict[]): string {
  const groups = [...new Set(verdicts.map(({ trial }) => trial.group))].map((group) => {
    const these = verdicts.filter(({ trial }) => trial.group === group);
    const met = these.filter((verdict) => verdict.met).length;
    const different = these.filter(({ difference }) => difference !== undefined).length;
    return `| ${group} | ${these.length} | ${met} | ${different} |`;
  });
  const sum = (count: (verdict: Verdict) => boolean): number => verdicts.filter(count).length;
  return [
    `${calls.flat().length} calls, ${webhooks.flat().length} webhooks, ${effects.flat().length / 2} durable effects in the undisturbed play.`,
    '',
    '| fault | observations | met | different |',
    '|:--|--:|--:|--:|',
    ...groups,
    `| together | ${verdicts.length} | ${sum(({ met }) => met)} | ${sum(({ difference }) => difference !== undefined)} |`,
  ].join('\n');
}

async function main(): Promise<number> {
  const started = performance.now();
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'spine-'));
  const ground = await prepareGround(folder);
  const findings = await findAll(join(folder, 'play'), ground);
  const planned = chosen(trialsOf(findings));
  if (values.list)
    process.stdout.write(
      `${planned
        .flat()
        .map(({ name }) => name)
        .join('\n')}\n`,
    );
  const plays = values.list ? [] : planned.slice(Number(values.from));
  // Asked to end it says what it has seen so far.
  const asked = { toEnd: false };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => Object.assign(asked, { toEnd: true }));
  const known = new Map([[0, Promise.resolve(findings.played)]]);
  const undisturbed = (hours: number): Promise<Played> => {
    const found = known.get(hours) ?? play(join(folder, 'play'), ground, { hours });
    known.set(hours, found);
    return found;
  };
  const seen = new Map<Trial, Verdict>();
  /** Plays that needed an hour for each, by how they ended without: how many went wrong in them. */
  const late = new Map<string, number>();
  let played = 0;
  let open: readonly (readonly Trial[])[] = plays;
  let together = Number(values.together);
  while (open.length > 0 && !asked.toEnd) {
    for (const [index, bundle] of open.entries()) {
      if (asked.toEnd) break;
      for (const verdict of await tryAll(bundle, join(folder, 'play'), ground, undisturbed)) {
        const before = seen.get(verdict.trial);
        seen.set(verdict.trial, before?.difference === undefined ? verdict : before);
        if (verdict.difference !== undefined) process.stderr.write(`${verdict.trial.name}: ${verdict.difference}\n`);
        if (verdict.late !== undefined) late.set(verdict.late, bundle.length);
      }
      played += 1;
      if ((index + 1) % PROGRESS === 0) process.stderr.write(`${index + 1} of ${open.length} plays, ${together} together\n`);
    }
    // What goes wrong in one call may leave out the next ones: who did not come is played again with fewer others.
    const unmet = values.plays === undefined && together > 1 ? [...seen.values()].filter(({ met }) => !met) : [];
    together = Math.max(1, Math.floor(together / 3));
    open = bundled(
      unmet.map(({ trial }) => trial),
      together,
    );
  }
  const verdicts = [...seen.values()];
  for (const [difference, count] of late)
    process.stderr.write(`the same with an hour for each of ${count} that went wrong: ${difference}\n`);
  for (const { trial, met } of verdicts) if (!met) process.stderr.write(`did not come: ${trial.name}\n`);
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(
    `${table(findings, verdicts)}\n\n${values.plays === undefined ? `Every ${values.every}` : 'Drawn'}, seed ${values.seed}, ${played} plays, ${asked.toEnd ? 'ended early, ' : ''}${seconds} s.\n`,
  );
  rmSync(folder, { recursive: true });
  return verdicts.some(({ difference }) => difference !== undefined) ? 1 : 0;
}

process.exitCode = await main();
