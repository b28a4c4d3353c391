import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A folder of task files for the test that calls this, outside of the checkout as a user's would be.
 *
 * @param files their sources by name, such as `greet.ts`
 */
export async function taskFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'penstock-tasks-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, source] of Object.entries(files)) await writeFile(join(folder, name), source);
  return folder;
}

/** The source of a task file: `run` is the handler, as it is written. */
export function taskSource(name: string, run: string): string {
  return [
    "import { defineTask } from '@penstock/worker';",
    `export default defineTask({ name: ${JSON.stringify(name)}, run: ${run} });`,
    '',
  ].join('\n');
}
