import { EMPTY, NO_SESSION, OutcomeStatus, OutcomeWriter } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { dispatched } from '../../test/dispatched.js';
import type { HeldTask } from '../slots/held-task.js';
import { HeldTasks } from '../slots/held-tasks.js';
import { Unsettled } from './unsettled.js';

function setup(tasks: number) {
  const held = new HeldTasks();
  const unsettled = new Unsettled();
  const all: HeldTask[] = [];
  while (all.length < tasks) {
    const { reader } = dispatched(...Array.from({ length: Math.min(500, tasks - all.length) }, () => ({})));
    while (reader.next()) all.push(held.add(reader));
  }
  const writer = new OutcomeWriter();
  /** Packs the outcomes of tasks into one batch. */
  const pack = (...ended: readonly (HeldTask | undefined)[]): void => {
    for (const task of ended) {
      if (task === undefined) continue;
      const outcome = { status: OutcomeStatus.done, contentType: 1, worker: '', runMs: 0, payload: EMPTY };
      writer.add(held.idView, held.idOffset(task), task, outcome);
      unsettled.add(task);
    }
    const batch = writer.take(NO_SESSION);
    if (batch !== undefined) unsettled.packed(batch);
  };
  const repacked = (): number[] => {
    const again: number[] = [];
    unsettled.repack(
      (record) => held.find(record.view, record.record, record),
      (task) => {
        again.push(all.indexOf(task));
        unsettled.add(task);
      },
    );
    return again;
  };
  return { held, unsettled, all, pack, repacked };
}

describe('Unsettled', () => {
  it('keeps outcomes until they are settled, each once', () => {
    const { unsettled, all, pack } = setup(3);
    pack(...all);
    expect(unsettled.count).toBe(3);
    for (const task of [...all, ...all]) unsettled.delete(task);
    expect(unsettled.count).toBe(0);
  });

  it('gives back those that are left, in the order in which they ended', () => {
    const { unsettled, all, pack, repacked } = setup(5);
    pack(all[2], all[0]);
    pack(all[1], all[3], all[4]);
    for (const index of [0, 3]) {
      const task = all[index];
      if (task !== undefined) unsettled.delete(task);
    }
    expect(repacked()).toEqual([2, 1, 4]);
    expect(unsettled.count).toBe(3);
  });

  it('does not give back what is held no more', () => {
    const { held, unsettled, all, pack, repacked } = setup(2);
    pack(...all);
    const [first] = all;
    if (first !== undefined) {
      unsettled.delete(first);
      held.delete(first);
    }
    expect(repacked()).toEqual([1]);
  });

  it('is full at its bound, and has room again at half of it', () => {
    const { unsettled, all, pack } = setup(4_096);
    for (let from = 0; from < 4_095; from += 1_000) pack(...all.slice(from, Math.min(from + 1_000, 4_095)));
    expect(unsettled.isFull).toBe(false);
    pack(all[4_095]);
    expect(unsettled.isFull).toBe(true);
    for (const task of all.slice(0, 2_047)) unsettled.delete(task);
    expect(unsettled.hasRoom).toBe(false);
    for (const task of all.slice(2_047, 2_048)) unsettled.delete(task);
    expect(unsettled.hasRoom).toBe(true);
  });
});
