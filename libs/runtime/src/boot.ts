import { readFileSync } from 'node:fs';
import type { Clock } from './clock.js';

/** One run of the machine, from its start on: its monotonic clock is the same for all processes, one after the other. */
export interface Boot {
  /** Tells it from all others, of whatever machine. */
  readonly id: string;
  /** What {@link Clock.monotonicMs} of this process lacks to the machine's monotonic clock, in milliseconds. */
  readonly offsetMs: number;
}

/** As Linux tells it, see random(4); in a container it is that of the host. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/**
 * The run of the machine in which this process is.
 *
 * @returns `undefined` where no system tells: processes cannot know then whether their monotonic clocks belong together
 */
export function presentBoot(clock: Clock): Boot | undefined {
  try {
    const id = readFileSync(BOOT_ID, 'utf8').trim();
    return { id, offsetMs: Number(process.hrtime.bigint()) / 1e6 - clock.monotonicMs() };
  } catch {
    return undefined;
  }
}
