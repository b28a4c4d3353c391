import { execFile } from 'node:child_process';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../support/checkout.js';

const run = promisify(execFile);

/**
 * A folder with what a fresh clone of this checkout would have: nothing that is built, and no .env. What is changed here
 * and not committed yet is in it.
 */
export async function freshCheckout(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'penstock-compose-'));
  // A checkout may belong to another user than the one who tests it, as in CI.
  const git = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await run('git', [...git, '--deduplicate'], { cwd: root });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await cp(join(root, file), join(folder, file), { force: false }).catch((error: NodeJS.ErrnoException) => {
      // Deleted here, and not committed yet.
      if (error.code !== 'ENOENT') throw error;
    });
  }
  return folder;
}
