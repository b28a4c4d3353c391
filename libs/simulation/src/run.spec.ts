import { describe, expect, it } from 'vitest';
import { runSeed } from './run.js';
import { scenarioOf } from './scenario/generate.js';

describe('a run', () => {
  it('is its seed: again it does the very same', async () => {
    const lines: string[][] = [[], []];
    const [first, again] = [
      await runSeed(6, { onLine: (line) => lines[0]?.push(line) }),
      await runSeed(6, { onLine: (line) => lines[1]?.push(line) }),
    ];
    expect(first.events).toBeGreaterThan(1_000);
    expect(lines[1]).toEqual(lines[0]);
    expect(again).toEqual(first);
    expect((await runSeed(7)).hash).not.toBe(first.hash);
  });

  it('does the same whatever the machine says of time and chance', async () => {
    const expected = await runSeed(8);
    const { random } = Math;
    const { now } = Date;
    Math.random = () => 0.5;
    Date.now = () => 0;
    try {
      expect(await runSeed(8)).toEqual(expected);
    } finally {
      Math.random = random;
      Date.now = now;
    }
  });

  it('hands in, runs and acknowledges tasks, with faults between', async () => {
    const { tasks, acknowledged, runs, faults, simulatedMs } = await runSeed(6);
    expect(tasks).toBeGreaterThan(50);
    expect(acknowledged).toBeGreaterThan(50);
    expect(runs).toBeGreaterThan(50);
    expect(faults).toBeGreaterThan(5);
    expect(simulatedMs).toBeGreaterThan(5_000);
  });

  it('tells rule, time and latest lines of what it finds', async () => {
    const scenario = { ...scenarioOf(3), stillMs: 0 };
    const { finding } = await runSeed(3, { scenario });
    expect(finding).toMatchObject({ rule: 'all-ends' });
    expect(finding?.lines.length).toBeGreaterThan(10);
    expect(finding?.lines.at(-1)).toMatch(/^ +\d+\.\d{4} /);
  });
});

describe('Penstock', () => {
  it.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'keeps its promises through what seed %i stands for',
    async (seed) => {
      const { finding } = await runSeed(seed);
      expect(finding).toBeUndefined();
    },
  );
});
