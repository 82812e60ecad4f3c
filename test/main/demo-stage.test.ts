/** The demo's folder: whose it is, what is replaced, and that what was opened is closed however the demo ends. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../../src/adapters/local/folders.js';
import { closing } from '../../src/main/closing.js';
import { stageAt } from '../../src/main/demo-stage.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'autopilot demo '));

describe('the folder of a demo', () => {
  test('is its own while it runs: another one is refused and takes nothing away', () => {
    const keep = folder();
    const first = stageAt(keep);
    mkdirSync(first.home);
    expect(() => stageAt(keep)).toThrow(`A demo runs in ${keep}. End it, or use another folder: --keep DIR.`);
    expect(existsSync(first.home)).toBe(true);
    first.release();
    stageAt(keep).release();
    expect(existsSync(first.home)).toBe(false);
  });

  test('is free again when the process of its demo was killed', async () => {
    const keep = folder();
    const module = JSON.stringify(join(import.meta.dirname, '../../dist/src/main/demo-stage.js'));
    const script = `import(${module}).then(({ stageAt }) => { stageAt(${JSON.stringify(keep)}); console.log('held'); setInterval(() => {}, 1000); })`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(() => stageAt(keep)).toThrow('A demo runs in');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    stageAt(keep).release();
  });

  test('is left alone when no demo made it', () => {
    const keep = folder();
    writeFileSync(join(keep, 'thesis.txt'), 'mine');
    expect(() => stageAt(keep)).toThrow('is not empty, and no demo made it');
    expect(readdirSync(keep)).toEqual(['thesis.txt']);
  });
});

describe('what was opened', () => {
  const opened = async (ports: number[], atTheEnd: (close: () => unknown) => void): Promise<void> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address !== null && typeof address === 'object') ports.push(address.port);
    atTheEnd(() => new Promise((resolve) => server.close(resolve)));
  };
  const listens = (port: number): Promise<boolean> => {
    const server = createServer();
    return new Promise((resolve) => {
      server.once('error', () => resolve(true));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
    });
  };

  test('is closed when the work fails, and the failure is the one of the work', async () => {
    const ports: number[] = [];
    const work = closing(async (atTheEnd) => {
      await opened(ports, atTheEnd);
      atTheEnd(() => Promise.reject(new Error('cannot be closed')));
      expect(await listens(ports[0] ?? 0)).toBe(true);
      throw new Error('the folder is gone');
    });
    await expect(work).rejects.toThrow('the folder is gone');
    expect(await listens(ports[0] ?? 0)).toBe(false);
  });

  test('is closed last first when the work is done, and what could not be closed is said', async () => {
    const said: string[] = [];
    const work = closing(async (atTheEnd) => {
      atTheEnd(() => said.push('first'));
      atTheEnd(() => said.push('second'));
      return 0;
    });
    expect(await work).toBe(0);
    expect(said).toEqual(['second', 'first']);
    await expect(closing(async (atTheEnd) => atTheEnd(() => Promise.reject(new Error('stuck'))))).rejects.toThrow('stuck');
  });
});

describe('a folder is made', () => {
  test('with those above it, once', () => {
    const top = folder();
    expect(makeFolder(join(top, 'a/b/c'))).toBe(join(top, 'a'));
    expect(makeFolder(join(top, 'a/b/c'))).toBeUndefined();
    rmSync(top, { recursive: true });
  });

  test('not below a file, not over one', () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(() => makeFolder(file)).toThrow('EEXIST');
    expect(() => makeFolder(join(file, 'below'))).toThrow('ENOTDIR');
  });

  test.runIf(process.platform === 'linux')('not where the system makes none: it says so and ends', () => {
    expect(() => makeFolder('/proc/autopilot/home')).toThrow(
      '/proc/autopilot cannot be made: there are no new folders in /proc. Name a folder elsewhere.',
    );
  });
});
