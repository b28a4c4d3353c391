import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { presentBoot } from './boot.js';
import { systemClock } from './clock.js';

describe('the run of a machine', () => {
  it('is the same for all of its processes, and so is its monotonic clock', () => {
    const before = presentBoot(systemClock);
    const earliest = systemClock.monotonicMs() + (before?.offsetMs ?? NaN);
    const script = `
      import { presentBoot, systemClock } from ${JSON.stringify(import.meta.resolve('@penstock/runtime'))};
      const { id, offsetMs } = presentBoot(systemClock);
      console.log(JSON.stringify({ id, now: systemClock.monotonicMs() + offsetMs }));`;
    const other = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
    ) as { id: string; now: number };
    const latest = systemClock.monotonicMs() + (before?.offsetMs ?? NaN);

    expect(other.id).toBe(before?.id);
    expect(other.now).toBeGreaterThan(earliest);
    expect(other.now).toBeLessThan(latest);
  });
});
