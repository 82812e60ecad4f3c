/** `npm run shape`: how long files and functions are, per folder, and the longest of each. A habit to look at, not a law. */
import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { sourceFiles } from './check-dependencies.js';

type Measured = { readonly place: string; readonly lines: number };

function functionsOf(file: string, text: string): readonly Measured[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found: Measured[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const from = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const to = source.getLineAndCharacterOfPosition(node.getEnd()).line;
      found.push({ place: `${file}:${from + 1}`, lines: to - from + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function percentile(values: readonly Measured[], share: number): number {
  const sorted = values.map(({ lines }) => lines).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function folderOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'src' && !second.endsWith('.ts') ? `${first}/${second}` : first;
}

function print(title: string, files: readonly Measured[], functions: readonly Measured[]): void {
  const spread = (values: readonly Measured[]) => [0.5, 0.9, 0.99, 1].map((share) => percentile(values, share)).join(' / ');
  console.log(`${title.padEnd(16)} ${String(files.length).padStart(5)}  ${spread(files).padEnd(22)} ${spread(functions)}`);
}

const measured = sourceFiles('.')
  .filter((file) => existsSync(file))
  .map((file) => {
    const text = readFileSync(file, 'utf8');
    return { folder: folderOf(file), file: { place: file, lines: text.split('\n').length - 1 }, functions: functionsOf(file, text) };
  });
console.log('folder           files  file lines p50/p90/p99/max  function lines p50/p90/p99/max');
for (const folder of [...new Set(measured.map((entry) => entry.folder))].sort()) {
  const here = measured.filter((entry) => entry.folder === folder);
  print(
    folder,
    here.map(({ file }) => file),
    here.flatMap(({ functions }) => functions),
  );
}
const longest = (values: readonly Measured[], above: number) =>
  values.filter(({ lines }) => lines > above).sort((a, b) => b.lines - a.lines);
for (const { place, lines } of longest(
  measured.map(({ file }) => file),
  250,
))
  console.log(`file      ${String(lines).padStart(5)}  ${place}`);
for (const { place, lines } of longest(
  measured.flatMap(({ functions }) => functions),
  40,
)) {
  console.log(`function  ${String(lines).padStart(5)}  ${place}`);
}
