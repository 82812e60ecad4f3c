/** The program of a process that scans for the bot. It has no network, no key and no store: files and answers come from the bot. */
import { openHcl } from '../adapters/hcl.js';
import { openFactsCache } from '../adapters/local/facts-cache.js';
import { openJinja } from '../adapters/minijinja/engine.js';
import { say, serveScans } from '../adapters/scan-process/child.js';
import { pythonReader } from '../adapters/tree-sitter/read-python.js';
import { scanRepository } from '../flows/scan-repo.js';
import { openTypeScript } from './read-typescript.js';

const [parent, residentMb, cache = ''] = process.argv.slice(2);
const reader = pythonReader();
const facts = openFactsCache(cache, (line) => say({ kind: 'warned', line }));
process.on('exit', () => facts.close());
const ports = {
  facts,
  readPython: reader.read,
  openJinja,
  parseHcl: openHcl(),
  readTypeScript: openTypeScript(),
};
serveScans({ parent: Number(parent), residentMb: Number(residentMb) }, (source) => scanRepository(source, ports));
