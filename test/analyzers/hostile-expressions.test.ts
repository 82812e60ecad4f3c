/**
 * Every regular expression of what reads repositories, over texts that begin as it wants and then go on and on: none of them goes
 * over such a text again from each of its places. What they begin and go on with is made of the expressions themselves.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import ts from 'typescript';
import { expect, it } from 'vitest';

const LETTERS = 20_000;
/** Of one that goes over it from each place it is some hundreds; of any other not a hundredth of that. */
const MOST = 60;

const files = ['analyzers', 'src/adapters', 'src/flows'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).flatMap((path) => (path.endsWith('.ts') ? [`${root}/${path}`] : [])),
);

function literalsIn(path: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
  return found;
}

/** Texts that it means, as far as they can be made: what it looks ahead to or back at is left out. */
function meant(source: string, flags: string): readonly string[] {
  const plain = source.replace(/\(\?<?[!=](?:[^()\\]|\\.|\([^()]*\))*\)/g, '').replace(/\\[bB]/g, '');
  try {
    return fc.sample(fc.stringMatching(new RegExp(plain, flags.replace(/[gyi]/g, ''))), { numRuns: 12, seed: 1 });
  } catch {
    return [];
  }
}

const ESCAPED: Readonly<Record<string, string>> = { s: ' ', S: 'a', w: 'a', W: ' ', d: '1', D: 'a', n: '\n', t: '\t' };

function worstFor(expression: RegExp): { readonly ms: number; readonly text: string } {
  const words = meant(expression.source, expression.flags);
  const signs = expression.source.replace(/\\(.)/g, (_, sign: string) => ESCAPED[sign] ?? sign);
  const pieces = new Set([...signs, ...'a \n1.', ...words.flatMap((word) => [word.slice(0, 1), word.slice(0, 2)])].filter(Boolean));
  const heads = new Set(['', ...words.slice(0, 3).flatMap((word) => [1, 2, 3, 4].map((length) => word.slice(0, length)))]);
  let worst = { ms: 0, text: '' };
  for (const head of heads) {
    for (const piece of pieces) {
      const text = `${head}${piece.repeat(Math.ceil(LETTERS / piece.length))}\u0001`;
      const first = spentOn(expression, text);
      const ms = first > MOST ? Math.min(first, spentOn(expression, text)) : first;
      if (ms > worst.ms) worst = { ms, text: text.slice(0, 20) };
      if (ms > MOST) return worst;
    }
  }
  return worst;
}

function spentOn(expression: RegExp, text: string): number {
  const before = process.cpuUsage();
  text.replace(expression, '');
  return process.cpuUsage(before).user / 1_000;
}

it('no regular expression goes over a text of a repository from each of its places', { timeout: 300_000 }, () => {
  const literals = [...new Set(files.flatMap(literalsIn))].filter((literal) => /[*+]|\{\d+,\}/.test(literal));
  expect(literals.length).toBeGreaterThan(200);
  const slow = literals.flatMap((literal) => {
    const end = literal.lastIndexOf('/');
    const { ms, text } = worstFor(new RegExp(literal.slice(1, end), [...new Set(`${literal.slice(end + 1)}g`)].join('')));
    return ms > MOST ? [`${literal} on ${JSON.stringify(text)}`] : [];
  });
  expect(slow).toEqual([]);
});
