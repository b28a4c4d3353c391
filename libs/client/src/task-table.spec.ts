import { EMPTY, TaskIdMinter, writeTaskId } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { OpenTask, type TaskPort } from './open-task.js';
import { TaskTable } from './task-table.js';
import { UserLane } from './user-lane.js';

const lane = new UserLane('mary');

/** A table whose keys begin at 2^32 * `start`. */
function tableFrom(start: number) {
  const table = new TaskTable(
    new TaskIdMinter(
      () => 1_700_000_000_000,
      () => start,
    ),
  );
  let sequence = 0;
  const make = () => {
    const seed = { name: 'n', priority: 0, contentType: 0, payload: EMPTY, retriesUntil: 0 } as const;
    return new OpenTask({} as TaskPort, lane, table.mint(lane.hash), ++sequence, seed);
  };
  const add = () => {
    const task = make();
    table.add(task, false);
    return task;
  };
  return { table, make, add };
}

describe('the table of tasks', () => {
  it('finds each of many tasks by the bytes of its id, also where the keys begin anew', () => {
    const { table, add } = tableFrom(0.999_999_9);
    const tasks = Array.from({ length: 5_000 }, add);
    for (const task of tasks) expect(table.find(task.idView, task.idOffset)).toBe(task);
    expect(new Set(table)).toEqual(new Set(tasks));
  });

  it('forgets what is removed, and nothing else', () => {
    const { table, add } = tableFrom(0.5);
    const tasks = Array.from({ length: 2_000 }, add);
    for (const task of tasks.filter((_, index) => index % 2 === 0)) table.remove(task);
    for (const [index, task] of tasks.entries()) {
      expect(table.find(task.idView, task.idOffset)).toBe(index % 2 === 0 ? undefined : task);
    }
  });

  it('passes over keys whose place is taken by a task that stays long', () => {
    const { table, add } = tableFrom(0);
    const old = add();
    for (let index = 0; index < 5_000; index++) table.remove(add());
    expect(table.find(old.idView, old.idOffset)).toBe(old);
  });

  it('has room for tasks whose ids were all minted before the first was added', () => {
    const { table, make } = tableFrom(0.25);
    const tasks = Array.from({ length: 3_000 }, make);
    for (const task of tasks) table.add(task, false);
    for (const task of tasks) expect(table.find(task.idView, task.idOffset)).toBe(task);
  });

  it('does not take one id for another with the same key', () => {
    const { table, add } = tableFrom(0.5);
    const task = add();
    for (const at of [0, 4, 8]) {
      const other = new Uint8Array(16);
      writeTaskId(task.id, other, 0);
      other[at] = (other[at] ?? 0) ^ 1;
      expect(table.find(new DataView(other.buffer), 0)).toBeUndefined();
    }
  });

  it('finds ids that were minted elsewhere', () => {
    const { table, add } = tableFrom(0.5);
    const own = add();
    const taskId = new TaskIdMinter(Date.now, Math.random).mint('mary');
    const seed = { name: 'n', priority: 0, contentType: 0, payload: EMPTY, retriesUntil: 0 } as const;
    const task = new OpenTask({} as TaskPort, lane, table.place(taskId, lane.hash), 1, seed);
    table.add(task, true);
    expect(table.findText(taskId)).toBe(task);
    expect(new Set(table)).toEqual(new Set([own, task]));
    table.remove(task);
    expect(table.findText(taskId)).toBeUndefined();
    expect(table.findText('no id')).toBeUndefined();
  });
});
