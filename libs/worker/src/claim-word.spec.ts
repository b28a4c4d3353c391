import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaimWord } from './claim-word.js';

describe('ClaimWord', () => {
  it('lets every task be claimed once, in order, while nothing is recalled', () => {
    const word = new ClaimWord();
    expect([0, 1, 2].map((sequence) => word.claim(sequence))).toEqual([true, true, true]);
    expect(word.claimed).toBe(3);
  });

  it('gives the unclaimed back, and lets what is handed over afterwards be claimed', () => {
    const word = new ClaimWord();
    word.claim(0);
    expect(word.recall(4)).toBe(1);
    expect([1, 2, 3].map((sequence) => word.claim(sequence))).toEqual([false, false, false]);
    expect([4, 5].map((sequence) => word.claim(sequence))).toEqual([true, true]);
  });

  it('gives nothing back when all is claimed', () => {
    const word = new ClaimWord();
    word.claim(0);
    expect(word.recall(1)).toBe(1);
    expect(word.claim(1)).toBe(true);
  });

  it('recalls what was handed over after a recall that the worker has not noticed yet', () => {
    const word = new ClaimWord();
    word.claim(0);
    word.recall(3);
    expect(word.recall(5)).toBe(3);
    expect([1, 2, 3, 4, 5].map((sequence) => word.claim(sequence))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('gives each task to exactly one side, whatever the order of claims and recalls', () => {
    const steps = fc.array(fc.oneof(fc.constant('hand'), fc.constant('claim'), fc.constant('recall')), {
      maxLength: 80,
    });
    // Numbers wrap around at 2^30, so some runs begin just before.
    fc.assert(
      fc.property(steps, fc.constantFrom(0, 2 ** 30 - 5), (plan, first) => {
        const word = new ClaimWord();
        if (first > 0) word.recall(first);
        const [worker, hub] = [[] as number[], [] as number[]];
        let handed = first;
        let next = first;
        let recalledTo = first;
        for (const step of plan) {
          if (step === 'hand') handed += 1;
          else if (step === 'claim' && next < handed) {
            if (word.claim(next)) worker.push(next);
            next += 1;
          } else if (step === 'recall') {
            const count = ClaimWord.distance(word.recall(handed), handed);
            for (let task = handed - count; task < handed; task++) hub.push(task);
            recalledTo = handed;
          }
        }
        const unclaimed = Array.from(
          { length: handed - Math.max(next, recalledTo) },
          (_, at) => Math.max(next, recalledTo) + at,
        );
        const all = Array.from({ length: handed - first }, (_, at) => first + at);
        expect([...worker, ...hub, ...unclaimed].toSorted((one, other) => one - other)).toEqual(all);
      }),
    );
  });

  it('gives each task to exactly one side while a worker in another thread claims as fast as it can', async () => {
    const tasks = 10_000;
    const word = new ClaimWord();
    const claimed = new Int32Array(new SharedArrayBuffer(4 * tasks));
    const handed = new Int32Array(new SharedArrayBuffer(4));
    const thread = new Worker(
      `const { parentPort, workerData: { module, shared, tasks, claimed, handed } } = require('node:worker_threads');
       import(module).then(({ ClaimWord }) => {
         const word = new ClaimWord(shared);
         parentPort.postMessage('ready');
         for (let task = 0; task < tasks; task++) {
           while (Atomics.load(handed, 0) <= task);
           if (word.claim(task)) claimed[task] = 1;
         }
       });`,
      {
        eval: true,
        workerData: {
          module: new URL('../dist/claim-word.js', import.meta.url).href,
          shared: word.shared,
          claimed,
          tasks,
          handed,
        },
      },
    );
    const ended = Promise.withResolvers<void>();
    thread.once('exit', () => ended.resolve());
    const ready = Promise.withResolvers<void>();
    thread.once('message', () => ready.resolve());
    await ready.promise;
    const recalled = new Int32Array(tasks);
    const recall = (end: number): void => void recalled.fill(1, word.recall(end), end);
    for (let end = 100; end <= tasks; end += 100) {
      // Some are taken back before the worker sees them, some when it has them all, and most in the midst of it.
      if (end % 1_000 === 100) recall(end);
      Atomics.store(handed, 0, end);
      const enough = end % 1_000 === 200 ? end : end - 60;
      while ((word.claimed ?? 0) < enough && end % 1_000 !== 100);
      recall(end);
    }
    await ended.promise;
    const wrong = recalled.filter((isRecalled, task) => isRecalled === claimed[task]);
    expect(wrong).toHaveLength(0);
    expect(recalled).toContain(1);
    expect(recalled).toContain(0);
  });
});
