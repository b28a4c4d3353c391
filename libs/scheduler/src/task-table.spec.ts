import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';
import { taskId } from '../test/task-ids.js';

describe('the table of tasks', () => {
  it('gives the slot of a forgotten task to another', () => {
    const scenario = given({ cancelledTtlMs: 1 });
    const { table } = scenario.scheduler;
    scenario.submitAll(['a', 'b', 'c']);
    expect(['a', 'b', 'c'].map((label) => scenario.task(label).slot)).toEqual([0, 1, 2]);
    scenario.cancel('b');
    scenario.advance(1_000);
    expect([table.size, table.at(1)]).toEqual([2, undefined]);
    scenario.submitAll(['d', 'e']);
    expect(['d', 'e'].map((label) => scenario.task(label).slot)).toEqual([1, 3]);
    expect([...table].map(({ slot }) => slot)).toEqual([0, 1, 2, 3]);
  });

  it('does not take a new task in an old slot for the old one', () => {
    const scenario = given({ cancelledTtlMs: 1 });
    scenario.submit('old');
    const { slot } = scenario.task('old');
    scenario.cancel('old');
    scenario.advance(1_000);
    scenario.submit('new');
    expect(scenario.task('new').slot).toBe(slot);
    expect(scenario.scheduler.table.findHinted(taskId(0), 0, slot)).toBeUndefined();
    expect(scenario.scheduler.table.findHinted(taskId(1), 0, slot)).toBe(scenario.task('new'));
  });

  it('shows the id of each task at its slot', () => {
    const scenario = given();
    scenario.submitAll(['a', 'b']);
    const { idView } = scenario.scheduler.table;
    expect(new Uint8Array(idView.buffer, 16, 16)).toEqual(new Uint8Array(taskId(1).buffer));
  });
});
