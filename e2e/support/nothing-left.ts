import { expect, vi } from 'vitest';
import { isTaken } from '@penstock/free-ports';
import { isAlive } from './processes.js';

/** Everything must be gone this long after Ctrl-C. */
export const GONE_MS = 5_000;

/** Expects that soon none of these processes lives and none of these ports is held. */
export async function expectNothingLeft(pids: readonly number[], ports: readonly number[]): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(pids.filter(isAlive)).toEqual([]);
      expect(await Promise.all(ports.map(isTaken))).toEqual(ports.map(() => false));
    },
    { timeout: GONE_MS, interval: 20 },
  );
}
