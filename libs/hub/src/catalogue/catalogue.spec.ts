import { describe, expect, it } from 'vitest';
import { describeChanges, namesIn } from './catalogue.js';

const catalogue = (...tasks: [name: string, file: string, fingerprint: string][]) => ({
  broken: [],
  tasks: tasks.map(([name, file, fingerprint]) => ({ name, file, fingerprint })),
});

describe('describeChanges', () => {
  it('lists what was added, changed and removed', () => {
    const before = catalogue(['HELLO', 'hello.ts', '1'], ['OLD', 'old.ts', '1'], ['SAME', 'same.ts', '1']);
    const after = catalogue(['HELLO', 'hello.ts', '2'], ['SAME', 'same.ts', '1'], ['GREET', 'greet.ts', '1']);
    expect(describeChanges(before, after)).toBe('+GREET ~HELLO -OLD');
  });

  it('counts a task that moved to another file as changed', () => {
    expect(describeChanges(catalogue(['A', 'a.ts', '1']), catalogue(['A', 'b.ts', '1']))).toBe('~A');
  });

  it('has nothing to say when nothing did', () => {
    expect(describeChanges(catalogue(['A', 'a.ts', '1']), catalogue(['A', 'a.ts', '1']))).toBe('');
  });
});

describe('namesIn', () => {
  it('gives all names, or those that a group is for', () => {
    const both = catalogue(['A', 'a.ts', '1'], ['B', 'b.ts', '1']);
    expect([...namesIn(both, null)]).toEqual(['A', 'B']);
    expect([...namesIn(both, ['B', 'C'])]).toEqual(['B']);
  });
});
