import { taskStateSchema, type TaskState } from '@penstock/protocol';
import { InvariantError } from '@penstock/runtime';
import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';
import { isDead, isFinal, transition, transitions } from './task.js';

const states = taskStateSchema.options;

describe('the states of a task', () => {
  it('are those of the protocol', () => {
    expect(Object.keys(transitions)).toEqual(states);
  });

  it('are final if what follows them, if anything, is only to be run again', () => {
    expect(states.filter(isFinal)).toEqual(
      states.filter((state) => !transitions[state].some((next) => isFinal(next))),
    );
    expect(states.filter(isDead)).toEqual(
      states.filter((state) => isFinal(state) && transitions[state].length > 0),
    );
  });

  it('change along the table and no other way', () => {
    for (const from of states) {
      const reached = states.filter((to) => canGo(from, to));
      expect(reached).toEqual(states.filter((to) => transitions[from].includes(to)));
    }
  });
});

/** Whether a task goes from one state to another; if not, it must say so and stay. */
function canGo(from: TaskState, to: TaskState): boolean {
  const task = given().submit('a');
  task.state = from;
  try {
    transition(task, to);
    return task.state === to;
  } catch (error) {
    return !(error instanceof InvariantError && task.state === from);
  } finally {
    task.state = 'queued';
  }
}
