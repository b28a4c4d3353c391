import { describe, expect, it } from 'vitest';
import type { Sample } from './sample.js';
import { trendsOf } from './verdict.js';

function soak(residentMiB: (minutes: number) => number, openFiles: (minutes: number) => number): Sample[] {
  return Array.from({ length: 61 }, (_, minutes) => ({
    minutes,
    processes: { balancer: { residentMiB: residentMiB(minutes), openFiles: openFiles(minutes) } },
    loopDelayMs: 10,
    latencyMs: { p50: 1, p99: 2 },
    tasks: minutes * 1_000,
  }));
}

const tooMuch = (samples: readonly Sample[]) =>
  trendsOf(samples).flatMap(({ figure, isTooMuch }) => (isTooMuch ? [figure] : []));

describe('the verdict on a soak', () => {
  it('forgives what fills up in the first third of the time', () => {
    expect(
      tooMuch(
        soak(
          (minutes) => 100 + Math.min(minutes, 19) * 20,
          () => 40,
        ),
      ),
    ).toEqual([]);
  });

  it('forgives garbage that is collected now and then, whenever the soak ends', () => {
    expect(
      tooMuch(
        soak(
          (minutes) => 100 + (minutes % 17) * 10,
          () => 40,
        ),
      ),
    ).toEqual([]);
  });

  it('finds memory that grows without end, garbage or not', () => {
    expect(
      tooMuch(
        soak(
          (minutes) => 100 + minutes + (minutes % 17) * 10,
          () => 40,
        ),
      ),
    ).toEqual(['residentMiB']);
  });

  it('finds it although the process was small for a moment', () => {
    expect(
      tooMuch(
        soak(
          (minutes) => (minutes === 58 ? 10 : 100 + minutes),
          () => 40,
        ),
      ),
    ).toEqual(['residentMiB']);
  });

  it('finds files that nobody closes', () => {
    expect(
      tooMuch(
        soak(
          () => 100,
          (minutes) => 40 + Math.floor(minutes / 4),
        ),
      ),
    ).toEqual(['openFiles']);
  });
});
