import type { TaskClient } from '@penstock/client';
import { PAYLOAD } from '../cluster/fill.js';

/** Tasks that a client has under way at a time: a window of 32 batches of 128. */
const OPEN_TASKS = 4_096;
/** Batches that it has under way at a time. */
const OPEN_BATCHES = 4;

/** A way in which a client gets many tasks done. */
export interface Workload {
  readonly name: string;
  /** Resolves when all have ended, and their results are known. */
  run(client: TaskClient, tasks: number): Promise<void>;
}

/** The client asks for each task by itself, and keeps a window of them open. */
export const promisePerTask: Workload = {
  name: 'a promise per task',
  async run(client, tasks) {
    let submitted = 0;
    const lane = async (): Promise<void> => {
      while (submitted < tasks) {
        submitted += 1;
        await client.submit('NOOP', PAYLOAD).result();
      }
    };
    await Promise.all(Array.from({ length: OPEN_TASKS }, lane));
  },
};

/** The client hands tasks in by the thousand, and waits for them by the thousand. */
export const inBatches: Workload = {
  name: 'batches',
  async run(client, tasks) {
    const payloads = Array<string>(OPEN_TASKS / OPEN_BATCHES).fill(PAYLOAD);
    let left = tasks;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= payloads.length;
        await client.submitMany('NOOP', payloads).results();
      }
    };
    await Promise.all(Array.from({ length: OPEN_BATCHES }, lane));
  },
};
