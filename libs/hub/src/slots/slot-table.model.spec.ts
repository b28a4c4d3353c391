import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlotModel } from '../../test/slot-model.js';

const choice = fc.nat({ max: 1_000 });

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('dispatch' as const),
      count: fc.integer({ min: 1, max: 4 }),
      timeoutMs: fc.constantFrom(0, 0, 20, 100),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('claim' as const), choice, isTold: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      choice,
      runMs: fc.constantFrom(0.1, 1, 5, 100),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('answerRecall' as const), choice }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('die' as const), choice }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('addWorker' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('askToEnd' as const),
      choice,
      as: fc.constantFrom('cancelled' as const, 'revoked' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retire' as const), choice }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 10, 60, 250) }),
  },
);

it('a slot table keeps each task with one worker at a time, and each leaves the hub once, whatever happens', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('process' as const, 'inline' as const),
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 60 }),
      (kind, slots, steps) => {
        const model = new SlotModel(kind, slots);
        model.addWorker();
        for (const one of steps) {
          if (one.kind === 'dispatch') model.dispatch(one.count, one.timeoutMs);
          else if (one.kind === 'claim') model.claim(one.choice, one.isTold);
          else if (one.kind === 'end') model.end(one.choice, one.runMs);
          else if (one.kind === 'answerRecall') model.answerRecall(one.choice);
          else if (one.kind === 'die') model.die(one.choice);
          else if (one.kind === 'addWorker') model.addWorker();
          else if (one.kind === 'askToEnd') model.askToEnd(one.choice, one.as);
          else if (one.kind === 'retire') model.retire(one.choice);
          else model.pass(one.ms);
          if (one.kind !== 'pass') model.table.place(model.now);
        }
        model.settle();
        for (const task of model.known) expect(model.ends.has(task)).toBe(!model.isRevoked(task));
        expect([...model.table.held].every(({ state }) => state === 'ended')).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});
