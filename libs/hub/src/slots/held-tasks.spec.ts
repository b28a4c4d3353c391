import { TASK_ID_BYTES, readTaskId, viewOf, writeTaskId, type TaskId } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { dispatched, type DispatchedTask } from '../../test/dispatched.js';
import type { HeldTask } from './held-task.js';
import { HeldTasks } from './held-tasks.js';

function hold(held: HeldTasks, ...tasks: readonly DispatchedTask[]): HeldTask[] {
  const { reader } = dispatched(...tasks);
  const added: HeldTask[] = [];
  while (reader.next()) added.push(held.add(reader));
  return added;
}

/** An id whose last two words have the same xor as those of every other one that this makes. */
function colliding(number: number): TaskId {
  const id = new Uint8Array(TASK_ID_BYTES);
  const view = viewOf(id);
  view.setUint16(6, 0x7000);
  view.setUint32(8, 0x8000_0000 + number);
  view.setUint32(12, number);
  return readTaskId(id, 0);
}

describe('HeldTasks', () => {
  it('finds a task by its lease, and by nothing else', () => {
    const held = new HeldTasks();
    const [task] = hold(held, { epoch: 3, attempt: 2 });
    if (task === undefined) throw new Error('one was held');
    const lease = held.leaseOf(task);
    expect(held.findLease(lease)).toBe(task);
    expect(held.findLease({ ...lease, attempt: 1 })).toBe(undefined);
    expect(held.findLease({ ...lease, epoch: 4 })).toBe(undefined);
    expect(held.findLease({ ...lease, taskId: colliding(1) })).toBe(undefined);
  });

  it('tells tasks apart whose ids hash alike', () => {
    const held = new HeldTasks();
    const all = hold(held, ...[1, 2, 3].map((number) => ({ taskId: colliding(number) })));
    for (const task of all) expect(held.findLease(held.leaseOf(task))).toBe(task);
    const [first, second, third] = all;
    if (second !== undefined) held.delete(second);
    expect([...held]).toEqual(expect.arrayContaining([first, third]));
    expect([...held]).toHaveLength(2);
    if (third !== undefined) held.delete(third);
    if (first !== undefined) held.delete(first);
    expect([...held]).toEqual([]);
    expect(held.size).toBe(0);
  });

  it('holds two attempts at one task', () => {
    const held = new HeldTasks();
    const taskId = colliding(7);
    const [first, second] = hold(held, { taskId, attempt: 1 }, { taskId, attempt: 2 });
    expect(held.findLease({ taskId, epoch: 1, attempt: 1 })).toBe(first);
    expect(held.findLease({ taskId, epoch: 1, attempt: 2 })).toBe(second);
  });

  it('keeps ids apart as it grows, and when places are used again', () => {
    const held = new HeldTasks();
    const first = hold(held, ...Array.from({ length: 400 }, () => ({})));
    for (const task of first.slice(0, 200)) held.delete(task);
    const second = hold(held, ...Array.from({ length: 300 }, () => ({})));
    for (const task of [...first.slice(200), ...second]) {
      expect(held.findLease(held.leaseOf(task))).toBe(task);
    }
    expect(held.size).toBe(500);
    const id = new Uint8Array(TASK_ID_BYTES);
    for (const task of second) {
      writeTaskId(held.leaseOf(task).taskId as TaskId, id, 0);
      expect(held.find(viewOf(id), 0, task)).toBe(task);
    }
  });

  it('deletes a task once', () => {
    const held = new HeldTasks();
    const [task] = hold(held, {});
    if (task === undefined) throw new Error('one was held');
    held.delete(task);
    held.delete(task);
    expect(held.size).toBe(0);
    expect(hold(held, {}, {}).map(({ index }) => index)).toEqual([0, 1]);
  });
});
