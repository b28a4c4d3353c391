import { json } from 'node:stream/consumers';
import { writeSync } from 'node:fs';
import { TaskClient } from '@penstock/client';
import { TASK_NAME } from '../cluster/noted-task.js';
import type { Errand } from './passing-programs.js';

/** Hands in what it is told to, writes a line for each acknowledgement as soon as it is there, and waits to be killed. */
const { port, tasks } = (await json(process.stdin)) as Errand;
const client = new TaskClient({ port, name: 'passes', onWarning: () => undefined });
for (const { taskId, plan } of tasks) {
  const { payload, userId, priority, rules } = plan;
  const handle = client.submit(TASK_NAME, payload, {
    taskId,
    userId,
    priority,
    ...rules,
    retryRefusals: true,
  });
  handle.accepted.then(
    ({ durability }) => writeSync(process.stdout.fd, `${taskId} ${handle.id} ${durability}\n`),
    () => undefined,
  );
}
