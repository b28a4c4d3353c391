import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** The script of the machine's npm. */
export function npmScript(): string {
  return realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
}
