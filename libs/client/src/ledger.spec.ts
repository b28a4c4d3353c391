import { seededRandom } from '@penstock/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LedgerWorld } from '../test/ledger-world.js';
import type { OpenTask } from './open-task.js';

/** One thing that may happen to a ledger at any time; `pick` chooses whom it happens to. */
const steps: Record<string, (world: LedgerWorld, pick: number) => void> = {
  submit: (world, pick) => world.submit(`user ${pick % 3}`, (pick * 13) % 90),
  submitLarge: (world, pick) => world.submit(`user ${pick % 3}`, 150),
  flush: (world) => world.flush(),
  accept: (world, pick) => on(world.in('sent'), pick, (task) => world.accept(task)),
  refuse: (world, pick) => world.refuse(...world.in('sent').filter((_, index) => index % 3 === pick % 3)),
  sameKey: (world, pick) => on(world.in('sent'), pick, (task) => world.sameKey(task, pick)),
  finish: (world, pick) =>
    on(world.isLive ? world.in('sent', 'accepted') : [], pick, (task) => world.finish(task)),
  finishUnsent: (world, pick) => on(world.in('pending'), pick, (task) => world.finish(task)),
  wait: (world, pick) => world.wait(pick * 10),
  lose: (world) => world.lose(),
  welcome: (world, pick) => {
    if (!world.isLive) world.welcome((task) => (task.sequence + pick) % 2 === 0);
  },
  resendOverdue: (world) => void world.ledger.resendOverdue(world.now),
};

function on(tasks: readonly OpenTask[], pick: number, act: (task: OpenTask) => void): void {
  const task = tasks[pick % Math.max(1, tasks.length)];
  if (task !== undefined) act(task);
}

describe('the ledger', () => {
  it('keeps window, quota, order and count whatever happens, and ends each task once', () => {
    const step = fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(1_000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer(), (sequence, seed) => {
        const world = new LedgerWorld(seededRandom(seed));
        for (const [name, pick] of sequence) {
          steps[name]?.(world, pick);
          world.check();
        }
        drain(world);
        expect(world.ledger.size).toBe(0);
        expect(world.in('ended')).toHaveLength(world.tasks.length);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps neither the payloads of ended tasks nor the places of cancelled ones', () => {
    const world = new LedgerWorld(seededRandom(1));
    const kept = world.submit('a', 1);
    for (let index = 0; index < 5_000; index++) {
      const task = world.submit('a', 1);
      world.finish(task);
      expect(task.payload.length).toBe(0);
    }
    expect(kept.lane.waiting.length).toBeLessThan(2_000);
    world.welcome();
    expect(world.ledger.next(world.now)).toBe(kept);
    for (let index = 0; index < 5_000; index++) {
      const task = world.submit('a', 1);
      expect(world.ledger.next(world.now)).toBe(task);
      world.finish(task);
    }
    expect(kept.lane.waiting.length).toBe(0);
  });

  it('sends again what is not acknowledged in time, three times in all', () => {
    const world = new LedgerWorld(seededRandom(1));
    world.welcome();
    const task = world.submit('a', 1);
    for (let submissions = 1; submissions <= 3; submissions++) {
      expect(world.flush()).toEqual([task]);
      expect(world.ledger.resendOverdue(world.now + 9_999), 'too early').toBe(world.now + 10_000);
      expect(task.phase).toBe('sent');
      world.wait(10_000);
      world.ledger.resendOverdue(world.now);
    }
    expect(task.outcome).toMatchObject({ ok: false, error: { code: 'DEADLINE_EXCEEDED' } });
  });

  it('counts these times anew in each session, and after each acknowledgement', () => {
    const world = new LedgerWorld(seededRandom(1));
    world.welcome();
    const task = world.submit('a', 1);
    for (let session = 0; session < 5; session++) {
      world.flush();
      world.wait(10_000);
      world.ledger.resendOverdue(world.now);
      world.flush();
      world.lose();
      world.welcome();
    }
    expect(task.phase).toBe('pending');
    world.flush();
    world.accept(task);
    expect(world.ledger.resendOverdue(world.now)).toBe(Infinity);
  });
});

/** Lets everything come to its end. */
function drain(world: LedgerWorld): void {
  if (!world.isLive) world.welcome();
  for (let turn = 0; turn < 1_000 && world.ledger.size > 0; turn++) {
    world.wait(10_000);
    world.flush();
    for (const task of world.in('sent')) world.accept(task);
    for (const task of world.in('accepted')) world.finish(task);
  }
}
