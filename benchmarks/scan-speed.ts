/**
 * §14.8, rows "full scan" and "unchanged rescan; push": a scan of more than 10,000 Python files against ripgrep, the ast-grep CLI,
 * CPython's parser and semgrep, and every write that CPython finds against our facts.
 * Usage: npm run benchmark:speed -- FOLDER [--rounds 5] [--slow 1] [--pushes 5]
 *   FOLDER  gets the tree and the peers, and keeps them; prints a table, judges nothing by the clock of a loaded machine alone
 */
import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { NEEDLES } from '../analyzers/python/prefilter.js';
import { Reference, recall } from './speed/recall.js';
import { astGrepRule, semgrepRule, WRITES } from './speed/rules.js';
import { beside, commit, installPeers, makeTree, type Peers, run } from './speed/setup.js';
import { type Command, interleaved, median, spread, timed, type Used } from './speed/timed.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    slow: { type: 'string', default: '1' },
    pushes: { type: 'string', default: '5' },
  },
});
const Scan = z.object({ parsed: z.number(), cached: z.number(), read: z.number(), readPython: z.number(), writes: z.number() });
const CHILD = join(import.meta.dirname, 'scan-speed-child.js');

type Wanted = Pick<Command, 'name' | 'rounds'> & { readonly program: string | undefined; readonly args: readonly string[] };

function commandsFor(folder: string, tree: string, peers: Peers): readonly Command[] {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const astGrep = file('ast-grep.yml', astGrepRule());
  const semgrep = file('semgrep.yml', semgrepRule());
  const verbs = file('verbs.json', JSON.stringify(WRITES));
  const [rounds, slow] = [Number(values.rounds), Number(values.slow)];
  const alone = ['--metrics=off', '--disable-version-check', '--quiet', '--json'];
  const all = ['--no-git-ignore', '--max-target-bytes=0', '--include=*.py', '--jobs=2'];
  const commands: readonly Wanted[] = [
    { name: 'ours', program: process.execPath, args: [CHILD, 'folder', tree], rounds },
    { name: 'ripgrep', program: peers.ripgrep, args: ['-U', '--no-ignore', '-c', '-t', 'py', '-j2', '-e', NEEDLES.source, tree], rounds },
    {
      name: 'ast-grep',
      program: peers.astGrep,
      args: ['scan', '--rule', astGrep, '--json=stream', '--no-ignore=hidden', '--threads=2', tree],
      rounds,
    },
    { name: 'CPython ast', program: peers.python, args: [beside('writes.py'), verbs, tree], rounds },
    { name: 'semgrep', program: peers.semgrep, args: ['scan', '--config', semgrep, ...alone, ...all, tree], rounds: slow },
  ];
  return commands.flatMap(({ name, program, args, rounds: times }) => (program ? [{ name, argv: [program, ...args], rounds: times }] : []));
}

type Runs = readonly (Used & { readonly output: string })[];
type Compared = { readonly ours: Runs; readonly peer: Runs; readonly goal: number; readonly isOver: boolean; readonly absent?: string };

function peerRow(name: string, { ours, peer, goal, isOver, absent }: Compared): string {
  const of = (key: 'wall' | 'cpu'): number => {
    const [mine, other] = [median(ours.map((one) => one[key])), median(peer.map((one) => one[key]))];
    return isOver ? other / mine : mine / other;
  };
  const reaches = (key: 'wall' | 'cpu'): boolean => (isOver ? of(key) >= goal : of(key) <= goal);
  const words = isOver ? `>= ${goal}x faster` : `<= ${goal}x`;
  const cells = [
    spread(peer.map(({ wall }) => wall)),
    spread(peer.map(({ cpu }) => cpu)),
    peer.length === 0 ? '-' : `${of('wall').toFixed(2)}x, ${of('cpu').toFixed(2)}x`,
  ];
  const said = absent ?? `${verdict(reaches('wall'), peer)} by wall, ${verdict(reaches('cpu'), peer)} by cpu`;
  return `| ours against ${name}, n=${peer.length} | ${cells.join(' | ')} | ${words} | ${said} |`;
}

/** Why there is no figure of a peer. */
function absence({ peers, name, runs }: { peers: Peers; name: string; runs: Runs }): string | undefined {
  if (runs.length > 0) return undefined;
  const program = { ripgrep: peers.ripgrep, 'ast-grep': peers.astGrep, semgrep: peers.semgrep, 'CPython ast': peers.python }[name];
  if (!program) return 'not measured: it could not be installed';
  return name === 'semgrep' && Number(values.slow) === 0 ? 'not measured: --slow 0' : 'not measured: it failed';
}

function verdict(holds: boolean, runs: Runs): string {
  if (runs.length === 0) return 'not measured';
  return holds ? 'holds' : 'does not hold';
}

/** A scan that fills the cache, one with nothing changed, then one after each of some pushes of ten files. */
function again(folder: string, tree: string): readonly string[] {
  const home = mkdtempSync(join(folder, 'home-'));
  const scan = (): Used & z.infer<typeof Scan> => {
    const used = timed(folder, [process.execPath, CHILD, 'commit', tree, home]);
    return { ...used, ...Scan.parse(JSON.parse(used.output)) };
  };
  const first = scan();
  const unchanged = scan();
  const touched = run('git', ['ls-files', '*.py'], tree)
    .split('\n')
    .filter((_, index) => index % 997 === 0)
    .slice(0, 10);
  const pushes = Array.from({ length: Number(values.pushes) }, (_, number) => {
    for (const path of touched) appendFileSync(join(tree, path), `\nPUSH = ${number}\n`);
    commit(tree, `push ${number}`);
    return scan();
  });
  const cpu = pushes.map((one) => one.cpu * 1000);
  const none = unchanged.parsed === 0 && unchanged.read === 0;
  const kept = `${unchanged.parsed} parses, ${unchanged.readPython} Python blobs and ${unchanged.read - unchanged.readPython} others read`;
  return [
    `| first scan with the cache | ${first.wall.toFixed(2)} | ${first.cpu.toFixed(2)} | ${first.parsed} parses | - | - |`,
    `| unchanged rescan | ${unchanged.wall.toFixed(2)} | ${unchanged.cpu.toFixed(2)} | ${kept} | 0 and 0 | ${none ? 'holds' : 'does not hold'} |`,
    `| push of ${touched.length} files, p50 of ${pushes.length}, whole process | ${median(pushes.map(({ wall }) => wall)).toFixed(2)} | ${(median(cpu) / 1000).toFixed(2)} | ${median(cpu).toFixed(0)} ms | <= 40 ms | ${verdict(
      median(cpu) <= 40,
      pushes.map((one) => ({ ...one, output: '' })),
    )} |`,
  ];
}

async function main(): Promise<void> {
  const folder = resolve(positionals[0] ?? '.');
  mkdirSync(folder, { recursive: true });
  const tree = makeTree(folder);
  const peers = installPeers(folder);
  const commands = commandsFor(folder, tree, peers);
  const before = loadavg()[0] ?? 0;
  const runs = interleaved(folder, commands);
  const of = (name: string): Runs => runs.get(name) ?? [];
  const ours = of('ours');
  const row = (name: string, goal: number, isOver: boolean): string => {
    const absent = absence({ peers, name, runs: of(name) });
    return peerRow(name, { ours, peer: of(name), goal, isOver, ...(absent ? { absent } : {}) });
  };
  const rss = median(ours.map((one) => one.rss));
  const lines = [
    '| row | wall s: median (least to most) | cpu s | ratio by wall, by cpu | goal | |',
    '|:--|--:|--:|--:|--:|:--|',
    `| full scan, n=${ours.length} | ${spread(ours.map(({ wall }) => wall))} | ${spread(ours.map(({ cpu }) => cpu))} | - | - | - |`,
    row('ripgrep', 10, false),
    row('ast-grep', 5, true),
    row('CPython ast', 12, true),
    row('semgrep', 5, true),
    `| largest resident size | - | - | ${rss.toFixed(0)} MB | <= 150 MB | ${verdict(rss <= 150, ours)} |`,
    ...again(folder, tree),
  ];
  process.stdout.write(`load ${before.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after\n\n${lines.join('\n')}\n`);
  const reference = of('CPython ast')[0];
  if (reference) await printRecall(tree, reference.output);
}

async function printRecall(tree: string, output: string): Promise<void> {
  const { all, files, broken, lost } = await recall(tree, Reference.parse(JSON.parse(output)));
  process.stdout.write(
    `\n${all - lost.length} of ${all} writes that CPython finds in ${files} files are in our facts; it does not parse ${broken} files\n`,
  );
  for (const one of lost) process.stdout.write(`lost: ${one}\n`);
}

await main();
