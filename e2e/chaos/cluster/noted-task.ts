import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The name of the task that all clients hand in. */
export const TASK_NAME = 'NOTED';

/**
 * Writes the task file: its handler notes in a file of the suite that it began, and how it ended, whatever the balancer
 * comes to know of it. Each run has a number of its own, which is part of the result.
 *
 * @returns the folder of the task files
 */
export function writeNotedTask(folder: string, notes: string): string {
  const tasks = join(folder, 'tasks');
  mkdirSync(tasks);
  writeFileSync(join(tasks, 'noted.ts'), source(notes));
  return tasks;
}

function source(notes: string): string {
  return `
import { defineTask } from '@penstock/worker';
import { appendFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

export default defineTask({
  name: ${JSON.stringify(TASK_NAME)},
  async run({ ms, fails }, { taskId, attempt, signal }) {
    const run = randomUUID();
    const note = (what) => appendFileSync(${JSON.stringify(notes)}, [what, taskId, run, attempt, process.pid, Date.now()].join(' ') + '\\n');
    note('began');
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); });
    });
    if (signal.aborted) { note('aborted'); throw signal.reason; }
    if (attempt <= fails) { note('failed'); throw new Error('as it was told'); }
    note('ended');
    return { run };
  },
});
`;
}
