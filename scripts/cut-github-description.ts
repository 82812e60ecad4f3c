/**
 * `npm run github:description -- FOLDER`: cuts GitHub's own description down to what the stand-in is judged by.
 * FOLDER holds the unpacked packages, see src/stand-in/description/NOTICE.md. They are no dependency: 420 MB, needed once a year.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJson } from '../src/core/json.js';
import { cutEvents, cutExamples, cutOperations, missingOperations, type Source, sourceOf } from './github-description/cut.js';
import { EVENTS, OPERATIONS, TEMPLATES } from './github-description/operations.js';
import { membersOf } from './github-description/schemas.js';

const PACKAGES = [
  { name: '@octokit/openapi', version: '23.0.2' },
  { name: '@octokit/openapi-webhooks', version: '12.1.0' },
] as const;
const ENTERPRISE = ['3.17', '3.18', '3.19'];
const TARGET = 'src/stand-in/description';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Name the folder that holds the unpacked packages: npm run github:description -- FOLDER');
  process.exit(2);
}
cutAll(folder);

function cutAll(from: string): void {
  const [rest, webhooks] = PACKAGES.map(({ name, version }) => {
    const place = join(from, name.replace('@octokit/', ''));
    const found = membersOf(JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))).version;
    if (found !== version) throw new Error(`${place} holds version ${String(found)}, expected ${version}`);
    return join(place, 'generated');
  });
  if (rest === undefined || webhooks === undefined) throw new Error('two packages are needed');
  const source = load(rest, 'api.github.com');
  const enterprise = ENTERPRISE.map((version) => [version, missingOperations(load(rest, `ghes-${version}`), OPERATIONS)] as const);
  write('rest.json', { ...membersOf(cutOperations(source, OPERATIONS)), missingInEnterprise: Object.fromEntries(enterprise) });
  write('examples.json', cutExamples(source, TEMPLATES));
  write('webhooks.json', cutEvents(load(webhooks, 'api.github.com'), EVENTS));
}

function load(folder: string, name: string): Source {
  return sourceOf(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

function write(name: string, value: unknown): void {
  const text = `${JSON.stringify(toJson(value))}\n`;
  writeFileSync(join(TARGET, name), text);
  console.log(`${TARGET}/${name}: ${(text.length / 1000).toFixed(0)} KB`);
}
