import { TaskClient } from '@penstock/client';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cluster } from './cluster.js';

/** A payload of 100 bytes as it is sent. */
export const PAYLOAD = 'x'.repeat(98);

/** The balancer's bounds out of the way of a queue of a million. */
export const ROOM_FOR_A_MILLION: Readonly<Record<string, string>> = {
  LB_WINDOW_TASKS: '2000000',
  LB_WINDOW_BYTES: '1GiB',
};

/** How tasks come: as many in a message as fit into it, or one. */
export type Packing = 'packed' | 'single';

/** Tasks that are handed in at a time. */
const BATCH = 1_000;
/** Batches of a client, which keeps all that has not ended: many short-lived ones keep this process small. */
const BATCHES_PER_CLIENT = 50;

/**
 * Queues tasks of 100 bytes that nobody runs.
 *
 * @throws Error when fewer are queued in the end
 */
export async function fillQueue(cluster: Cluster, tasks: number, packing: Packing): Promise<void> {
  const before = await queuedTasks(cluster);
  for (let left = tasks; left > 0;) {
    await using client = new TaskClient({ port: cluster.ports.client });
    await client.ready();
    for (let batches = 0; batches < BATCHES_PER_CLIENT && left > 0; batches++) {
      const count = Math.min(BATCH, left);
      await (packing === 'packed' ? handInPacked(client, count) : handInSingly(client, count));
      left -= count;
    }
  }
  const queued = (await queuedTasks(cluster)) - before;
  if (queued !== tasks) throw new Error(`${queued} tasks are queued, and not ${tasks}`);
}

async function handInPacked(client: TaskClient, count: number): Promise<void> {
  const batch = client.submitMany('NOBODY', Array<string>(count).fill(PAYLOAD));
  await batch.tasks.at(-1)?.accepted;
}

/** What is submitted in one turn goes in one message. */
async function handInSingly(client: TaskClient, count: number): Promise<void> {
  let last: Promise<unknown> | undefined;
  for (let task = 0; task < count; task++) {
    last = client.submit('NOBODY', PAYLOAD).accepted;
    await nextTurn();
  }
  await last;
}

/** Tasks that wait in a balancer. */
export async function queuedTasks(cluster: Cluster): Promise<number> {
  return ((await cluster.ask('/api/stats')) as { queued: number }).queued;
}
