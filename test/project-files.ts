/** The files of the project as git sees them: tracked or new, never ignored. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export function projectFiles(): readonly string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8', maxBuffer: 64 << 20 })
    .split('\0')
    .filter((file) => file !== '' && existsSync(file));
}
