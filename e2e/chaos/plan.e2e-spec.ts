import { expect, it } from 'vitest';
import { Chance } from './chance.js';
import { TaskMix } from './load/task-mix.js';
import { faultKinds, planFaults } from './nemesis/plan.js';
import { readOptions } from './options.js';

const plan = (seed: number) => planFaults(Chance.of(seed, 'faults'), 600, faultKinds);

it('plans the same faults for the same seed, and others for another', () => {
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
});

it('has all kinds of faults within ten minutes, in order, and none after the end', () => {
  const faults = plan(3);
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(faultKinds));
  expect(faults.map(({ atMs }) => atMs)).toEqual(faults.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  expect(faults.at(-1)?.atMs).toBeLessThan(600_000);
});

it('draws the same tasks for the same seed, and asks the same of each key', () => {
  const tasks = (seed: number) => {
    const mix = new TaskMix(Chance.of(seed, 'client 0'), seed);
    return Array.from({ length: 2_000 }, () => mix.next());
  };
  expect(tasks(1)).toEqual(tasks(1));
  const byKey = new Map<string, unknown>();
  for (const { rules, payload, priority, userId } of tasks(2)) {
    const { idempotencyKey } = rules;
    if (idempotencyKey === undefined) continue;
    expect({ payload, priority, userId }).toEqual(byKey.get(idempotencyKey) ?? { payload, priority, userId });
    byKey.set(idempotencyKey, { payload, priority, userId });
  }
  expect(byKey.size).toBeGreaterThan(10);
});

it('reads its command line, and says what is wrong with it', () => {
  expect(readOptions(['--seed', '7', '--only', 'drops,stalls', '--json'], () => 1)).toMatchObject({
    seed: 7,
    kinds: ['drops', 'stalls'],
    fullDisk: false,
    json: true,
  });
  expect(readOptions([], () => 5)).toMatchObject({ seed: 5, seconds: 30 });
  expect(readOptions(['--full-disk'], () => 1).kinds).toContain('full-disk');
  expect(() => readOptions(['--only', 'meteors'], () => 1)).toThrow('there is no fault "meteors"');
  expect(() => readOptions(['--seconds', 'x'], () => 1)).toThrow('--seconds is a number above 0');
});
