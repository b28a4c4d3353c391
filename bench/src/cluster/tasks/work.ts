import { defineTask } from '@penstock/worker';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a task of a mixed load is told to do. */
export interface Work {
  /** How long it takes, in milliseconds. */
  readonly ms?: number;
  /** Whether it fails. */
  readonly fails?: boolean;
  /** How many bytes it returns. */
  readonly bytes?: number;
}

/** Takes a while, fails or returns much, as it is told. */
export default defineTask({
  name: 'WORK',
  async run({ ms = 0, fails = false, bytes = 0 }: Work, { signal }) {
    if (ms > 0) await sleep(ms, undefined, { signal });
    if (fails) throw new Error('as it was told');
    return 'x'.repeat(bytes);
  },
});
