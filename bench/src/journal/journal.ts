import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../result.js';
import { commits } from './commits.js';
import { recovery } from './recovery.js';

/** What the journal costs: a commit, against a bare log on the same disk, and opening it, against reading its file. */
export async function* journal(): AsyncGenerator<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'penstock-bench-'));
  try {
    yield* commits(folder);
    yield* recovery(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
