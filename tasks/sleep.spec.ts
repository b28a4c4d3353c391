import { describe, expect, it } from 'vitest';
import sleep from './sleep.ts';
import { testContext } from './support/context.ts';

describe('sleep', () => {
  it('sleeps for as long as it is told', async () => {
    const before = performance.now();
    expect(await sleep.run({ ms: 20 }, testContext().context)).toEqual({ slept: 20 });
    expect(performance.now() - before).toBeGreaterThanOrEqual(19);
  });

  it('wakes when it is cancelled', async () => {
    const { context, controller } = testContext();
    const sleeping = sleep.run({ ms: 60_000 }, context);
    controller.abort();
    await expect(sleeping).rejects.toThrow('aborted');
  });

  it.each([-1, Number.NaN, '5', null])('refuses to sleep for %j', async (ms) => {
    await expect(sleep.run({ ms: ms as number }, testContext().context)).rejects.toThrow('"ms" is a number');
  });
});
