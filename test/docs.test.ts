/** Documentation leads somewhere: relative links resolve, and every `§` the code cites is a heading of the specification. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFiles } from './project-files.js';

const files = projectFiles();
const documents = files.filter((file) => file.endsWith('.md') && !file.startsWith('fixtures/'));
const prose = (file: string) => readFileSync(file, 'utf8').replace(/```[\s\S]*?```/g, '');

/** The name a heading gets as a link target. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function isBroken(file: string, link: string): boolean {
  if (/^[a-z]+:/.test(link)) return false;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(target)) return true;
  if (anchor === undefined || !target.endsWith('.md')) return false;
  const anchors = [...prose(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
  return !anchors.includes(anchor);
}

describe('links', () => {
  test.each(documents)('of %s resolve', (file) => {
    const links = [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => link ?? []);
    expect(links.filter((link) => isBroken(file, link))).toEqual([]);
  });

  test('to a place that is not there are minded', () => {
    expect(isBroken('README.md', 'docs/nowhere.md')).toBe(true);
    expect(isBroken('README.md', 'docs/specification.md#no-such-heading')).toBe(true);
    expect(isBroken('README.md', 'docs/specification.md#43-repository-scanner')).toBe(false);
  });
});

describe('the specification', () => {
  const headings = new Set([...prose('docs/specification.md').matchAll(/^#+ §([\d.]+) /gm)].map(([, number]) => number));
  const citing = files.filter((file) => /\.(ts|tsx|py|sh|md|ya?ml)$/.test(file) && !file.startsWith('fixtures/'));
  const cited = citing.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/§(\d+(?:\.\d+)?)/g)].map(([, number = '']) => ({ file, number })),
  );

  test('is cited', () => {
    expect(cited.length).toBeGreaterThan(20);
  });

  test('has every section that is cited', () => {
    expect(cited.filter(({ number }) => !headings.has(number))).toEqual([]);
  });
});

test('sources cite only documents that are here', () => {
  const sources = files.filter((file) => /^(src|analyzers|generators|scripts|benchmarks|sdk|test)\/.*\.(ts|tsx|py)$/.test(file));
  const elsewhere = sources.filter((file) => /\bDES[I]GN\b|\b[a-z-]+\.md \d/.test(readFileSync(file, 'utf8')));
  expect(elsewhere).toEqual([]);
});
