/** The writes that CPython's parser finds in every file, against the calls in our facts of the files that the byte filter keeps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Call, PythonFacts } from '../../analyzers/python/facts.js';
import { mayTouchData } from '../../analyzers/python/prefilter.js';
import { pythonKind } from '../../analyzers/read-file.js';
import { extractPython } from '../../analyzers/syntax/extract.js';
import { openParser } from '../../src/adapters/tree-sitter/parse.js';

export const Reference = z.object({ calls: z.array(z.tuple([z.string(), z.number(), z.string()])), broken: z.array(z.string()) });
type Found = z.infer<typeof Reference>['calls'][number];

export type Recall = { readonly all: number; readonly files: number; readonly broken: number; readonly lost: readonly string[] };

export async function recall(tree: string, { calls, broken }: z.infer<typeof Reference>): Promise<Recall> {
  const parse = await openParser(60_000);
  const byFile = new Map<string, Found[]>();
  // What nobody wrote here is left out by us on purpose.
  for (const call of calls) if (pythonKind(call[0]) !== undefined) byFile.set(call[0], [...(byFile.get(call[0]) ?? []), call]);
  const lost: string[] = [];
  for (const [path, wanted] of byFile) {
    const bytes = readFileSync(join(tree, path));
    const filtered = !mayTouchData(bytes.toString('latin1'));
    const known = filtered ? new Set<string>() : callsIn(extractPython('py', bytes, parse));
    for (const [, line, name] of wanted)
      if (!known.has(`${line} ${name}`)) lost.push(`${path}:${line} ${name}${filtered ? ' (byte filter)' : ''}`);
  }
  return { all: [...byFile.values()].flat().length, files: byFile.size, broken: broken.length, lost };
}

function callsIn({ calls }: PythonFacts): ReadonlySet<string> {
  return new Set([...calls].flatMap(namesOf));
}

function namesOf({ chain, line }: Call): string[] {
  return chain.steps.flatMap((step, index) => {
    if (step.kind !== 'call') return [];
    const before = chain.steps[index - 1];
    if (before) return before.kind === 'attr' ? [`${before.line} ${before.name}`] : [];
    return chain.root.kind === 'name' ? [`${line} ${chain.root.name}`] : [];
  });
}
