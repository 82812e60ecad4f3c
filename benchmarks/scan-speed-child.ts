/** One scan in a process of its own: scan-speed-child folder|commit PATH [HOME]; prints what it found, parsed and read. */
import { openGitSource } from '../src/adapters/git/git-source.js';
import { openFolderSource } from '../src/adapters/local/folder-source.js';
import { scanSources } from '../src/main/scan.js';
import type { RepoSource } from '../src/ports.js';

const [kind, path = '.', home] = process.argv.slice(2);
const source = await (kind === 'commit' ? openGitSource(path) : openFolderSource(path));
let read = 0;
let readPython = 0;
const counted: RepoSource = {
  ...source,
  async *read(files) {
    for await (const file of source.read(files)) {
      read += 1;
      if (file.path.endsWith('.py')) readPython += 1;
      yield file;
    }
  },
};
const [found] = await scanSources([counted], home, (line) => process.stderr.write(`${line}\n`));
const { files, writes, reads, schedules } = found ?? { files: { parsed: 0, cached: 0 }, writes: [], reads: [], schedules: [] };
process.stdout.write(
  JSON.stringify({ ...files, read, readPython, writes: writes.length, reads: reads.length, schedules: schedules.length }),
);
