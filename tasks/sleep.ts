import { setTimeout as delay } from 'node:timers/promises';
import { defineTask } from '@penstock/worker';

const MS_MAX = 24 * 60 * 60 * 1_000;

/** Does nothing for a while; a cancel wakes it. */
export default defineTask({
  name: 'sleep',
  async run({ ms }: { ms: number }, { signal }): Promise<{ slept: number }> {
    if (!Number.isFinite(ms) || ms < 0 || ms > MS_MAX) {
      throw new RangeError(`"ms" is a number from 0 to ${MS_MAX}, not ${JSON.stringify(ms)}`);
    }
    await delay(ms, undefined, { signal });
    return { slept: ms };
  },
});
