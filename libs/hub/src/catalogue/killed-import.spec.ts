import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startHub } from '../../test/hub-under-test.js';
import { workerOptions } from '../../test/worker-options.js';
import { echo } from '../../test/task-files.js';
import { taskFolder } from '../../test/task-folder.js';
import { scoutFiles } from './scout.js';

/** A task file that kills the process which imports it as the first-th to the last-th. */
function killedAt(first: number, last: number): Readonly<Record<string, string>> {
  return {
    'killed.js': `import { appendFileSync, readFileSync } from 'node:fs';
      const imports = new URL('./imports', import.meta.url);
      appendFileSync(imports, '.');
      const { length } = readFileSync(imports);
      if (length >= ${first} && length <= ${last}) process.kill(process.pid, 'SIGKILL');
      export default { name: 'survives', run: () => 'alive' };`,
  };
}

const isBroken = ({ message }: { readonly message: string }): boolean => message.includes('IS BROKEN');

describe('a process that is killed as it loads task files', () => {
  it.each([1, 2])('is followed by another one, and blames no file (killed %i times)', async (times) => {
    const warnings: string[] = [];
    const folder = taskFolder({ ...killedAt(1, times), ...echo });
    const options = workerOptions(folder, { onWarning: (message) => warnings.push(message) });
    const { tasks, broken } = await scoutFiles(options, new AbortController().signal);
    expect(tasks.map(({ name }) => name)).toEqual(['echo', 'survives']);
    expect(broken).toEqual([]);
    expect(warnings).toHaveLength(times);
    expect(warnings[0]).toContain('DIED (signal SIGKILL)');
  });

  it('blames the file at whose import it dies three times', async () => {
    const options = workerOptions(taskFolder({ ...killedAt(1, 100), ...echo }));
    const { tasks, broken } = await scoutFiles(options, new AbortController().signal);
    expect(tasks.map(({ name }) => name)).toEqual(['echo']);
    expect(broken).toEqual([{ file: 'killed.js', reason: 'its import ended the worker: signal SIGKILL' }]);
  });

  it.each([
    [1, 'echo'],
    [3, 'the tasks cannot be loaded: signal SIGKILL'],
  ])('is given up after three that did not get to any file (killed %i times)', async (times, found) => {
    const folder = taskFolder(echo);
    // Kills itself in place of what it is to start, so many times.
    const launcher = `echo >> "$0"; [ $(wc -l < "$0") -gt ${times} ] && exec "$@"; kill -9 $$`;
    const options = workerOptions(folder, { launcher: ['/bin/sh', '-c', launcher, join(folder, 'starts')] });
    const search = scoutFiles(options, new AbortController().signal);
    const outcome = await search.then(
      ({ tasks }) => tasks[0]?.name,
      (error: Error) => error.message,
    );
    expect(outcome).toBe(found);
  });
});

describe('a worker that is killed as it starts', () => {
  it('leaves its hub all of its tasks', async () => {
    // The first import is that of the hub, which finds out what there is.
    const { balancer, lines } = await startHub({ files: killedAt(2, 3) });
    await balancer.window(1);
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'survives' }))).value).toBe('alive');
    expect(lines.all.filter(isBroken)).toEqual([]);
  });

  it('three times at the same file, does without it', async () => {
    const { lines } = await startHub({ files: { ...killedAt(2, 100), ...echo } });
    const { message } = await lines.find(isBroken);
    expect(message).toBe(
      'HUB - TASK FILE killed.js IS BROKEN, SKIPPING IT: its import ended the worker: signal SIGKILL',
    );
  });
});
