import { describe, expect, it } from 'vitest';
import { defineTask } from '../define-task.js';
import { exportedTasks } from './exported-tasks.js';

const run = (): null => null;

describe('exportedTasks', () => {
  it('takes one task, several, and plain objects of the same shape', () => {
    const one = defineTask({ name: 'one', run });
    expect(exportedTasks({ default: one })).toEqual([one]);
    expect(exportedTasks({ default: [one, { name: 'two', run }] }).map(({ name }) => name)).toEqual([
      'one',
      'two',
    ]);
  });

  it.each([
    [undefined, 'it has no default export'],
    [null, 'its default export is no task but null'],
    [3, 'its default export is no task but a number'],
    [[], 'its default export is an empty list'],
    [{ run }, `a task's name is a text of 1 to 128 bytes without control characters, not undefined`],
    [{ name: '', run }, 'not ""'],
    [{ name: 'a\nb', run }, 'not "a\\nb"'],
    [{ name: 'ü'.repeat(65), run }, `a task's name is a text`],
    [{ name: 'task' }, 'the task task has no function "run"'],
    [{ name: 'task', run, arguments: [1] }, 'the "arguments" of the task task are no object'],
    [{ name: 'task', run, isolation: 'none' }, 'the "isolation" of the task task is "none": write { network'],
    [{ name: 'task', run, isolation: { net: 'none' } }, 'has "net": there are "network" and "files"'],
    [{ name: 'task', run, isolation: { files: false } }, `"isolation.files" of the task task is a boolean`],
    [
      [
        { name: 'a', run, isolation: { network: 'none' } },
        { name: 'b', run },
      ],
      'its tasks a and b differ in "isolation", and one process imports both: put them into files of their own',
    ],
  ])('says what is wrong with %j', (exported, why) => {
    expect(() => exportedTasks({ default: exported })).toThrow(why);
  });
});
