/** Archives as they arrive: the wanted files, and none of what an archive could do. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { describe, expect, test } from 'vitest';
import { ARCHIVE_CAPS, type ArchiveCaps, readArchive } from '../../../src/adapters/github/tarball.js';

type Entry = {
  readonly path: string;
  readonly body?: string;
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'Directory';
  readonly link?: string;
};

function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, body = '', type = 'File', link }) => {
    const header = new Header({
      path,
      type,
      size: Buffer.byteLength(body),
      mode: 0o644,
      mtime: new Date(0),
      ...(link ? { linkpath: link } : {}),
    });
    const head = Buffer.alloc(512);
    header.encode(head, 0);
    const data = Buffer.alloc(Math.ceil(Buffer.byteLength(body) / 512) * 512);
    data.write(body);
    return [head, data];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function streamOf(bytes: Uint8Array, chunk = 1000): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.byteLength) return controller.close();
      controller.enqueue(bytes.subarray(at, at + chunk));
      at += chunk;
    },
  });
}

async function read(archive: Uint8Array, wanted: Readonly<Record<string, number>>, caps: Partial<ArchiveCaps> = {}) {
  const files: Record<string, string> = {};
  for await (const { path, bytes } of readArchive(streamOf(archive), new Map(Object.entries(wanted)), { ...ARCHIVE_CAPS, ...caps })) {
    files[path] = bytes.toString('utf8');
  }
  return files;
}

describe('what is kept', () => {
  test('the wanted files of what git packs, below the one folder', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'autopilot-archive-'));
    const git = (...args: string[]) => execFileSync('git', ['-C', directory, '-c', 'user.name=A', '-c', 'user.email=a@b', ...args]);
    const files = { 'job.py': 'print(1)\n', [`${'deep/'.repeat(40)}job.py`]: 'print(2)\n', 'ø/ß.sql': 'select 1\n', 'left.txt': 'no\n' };
    for (const [path, body] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), body);
    }
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '-m', 'x');
    const archive = gzipSync(git('archive', '--prefix=acme-lake-abc/', 'HEAD'));
    const { 'left.txt': _, ...wanted } = files;
    expect(await read(archive, Object.fromEntries(Object.entries(wanted).map(([path, body]) => [path, Buffer.byteLength(body)])))).toEqual(
      wanted,
    );
  });

  test.each<readonly [string, Entry]>([
    ['a path that climbs out', { path: 'top/../a.py', body: 'evil' }],
    ['a path that climbs further', { path: '../../a.py', body: 'evil' }],
    ['an absolute path', { path: '/a.py', body: 'evil' }],
    ['a path with a backslash', { path: 'top/x\\a.py', body: 'evil' }],
    ['a symbolic link', { path: 'top/a.py', type: 'SymbolicLink', link: '/etc/passwd' }],
    ['a hard link', { path: 'top/a.py', type: 'Link', link: 'top/b.py' }],
    ['a folder', { path: 'top/a.py', type: 'Directory' }],
    ['a file of another size', { path: 'top/a.py', body: 'longer' }],
    ['a file beside the folder', { path: 'a.py', body: 'evil' }],
  ])('%s is not', async (_what, entry) => {
    expect(
      await read(gzipSync(tarOf([entry, { path: 'top/b.py', body: 'good' }])), { 'a.py': 4, 'x\\a.py': 4, '../a.py': 4, 'b.py': 4 }),
    ).toEqual({
      'b.py': 'good',
    });
  });

  test('the first of two files of one path, also where only the case differs', async () => {
    const archive = gzipSync(
      tarOf([
        { path: 'top/a.py', body: 'one!' },
        { path: 'top/a.py', body: 'two!' },
        { path: 'top/A.py', body: 'six!' },
      ]),
    );
    expect(await read(archive, { 'a.py': 4, 'A.py': 4 })).toEqual({ 'a.py': 'one!' });
  });

  test('what follows the end of the archive is not looked at', async () => {
    const archive = gzipSync(Buffer.concat([tarOf([{ path: 'top/a.py', body: 'one!' }]), Buffer.alloc(32 * 1024 * 1024)]));
    expect(await read(archive, { 'a.py': 4 })).toEqual({ 'a.py': 'one!' });
  });

  test('nothing is written to the disk', async () => {
    const before = readdirSync('.');
    await read(gzipSync(tarOf([{ path: 'top/written-by-archive.py', body: 'good' }])), { 'written-by-archive.py': 4 });
    expect(readdirSync('.')).toEqual(before);
  });
});

describe('what is not read on', () => {
  const many = tarOf(Array.from({ length: 50 }, (_, index) => ({ path: `top/${index}.py`, body: 'x' })));
  test.each<readonly [string, Uint8Array, Partial<ArchiveCaps>, RegExp]>([
    ['too many entries', gzipSync(many), { entries: 40 }, /more than 40 entries/],
    ['too many bytes', gzipSync(many, { level: 0 }), { compressed: 5000 }, /more than 5000 bytes,/],
    ['too many bytes inside', gzipSync(many), { inflated: 20_000 }, /more than 20000 bytes when inflated/],
    ['a bomb', gzipSync(tarOf([{ path: 'top/bomb.py', body: '\0'.repeat(64 * 1024 * 1024) }])), {}, /more than 200 times its own size/],
    ['no gzip', many, {}, /broke off/],
    ['half an archive', gzipSync(many).subarray(0, 300), {}, /broke off/],
    ['half a file inside', gzipSync(many.subarray(0, 700)), {}, /broke off/],
  ])('%s', async (_what, archive, caps, message) => {
    await expect(read(archive, { '0.py': 1, '49.py': 1 }, caps)).rejects.toThrow(message);
  });
});
