import { describe, expect, it } from 'vitest';
import { plan } from '../../test/plan.js';
import { describeChanges, isolationsFor, namesIn } from './catalogue.js';

const catalogue = (...tasks: [name: string, file: string, fingerprint: string][]) => ({
  broken: [],
  tasks: tasks.map(([name, file, fingerprint]) => ({ name, file, fingerprint, isolation: {} })),
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
    expect([...namesIn(both, { plan: plan(), isolation: {} })]).toEqual(['A', 'B']);
    expect([...namesIn(both, { plan: plan({ tasks: ['B', 'C'] }), isolation: {} })]).toEqual(['B']);
  });

  it('gives those that are isolated as the group is, and no others', () => {
    expect([...namesIn(mixed, { plan: plan(), isolation: {} })]).toEqual(['PLAIN']);
    expect([...namesIn(mixed, { plan: plan(), isolation: { network: 'none' } })]).toEqual(['NET']);
    expect([...namesIn(mixed, { plan: plan(), isolation: { files: 'none' } })]).toEqual([]);
  });
});

const mixed = {
  broken: [],
  tasks: [
    { name: 'PLAIN', file: 'plain.ts', fingerprint: '1', isolation: {} },
    { name: 'NET', file: 'net.ts', fingerprint: '1', isolation: { network: 'none' } },
    { name: 'BOTH', file: 'both.ts', fingerprint: '1', isolation: { network: 'none', files: 'none' } },
  ],
} as const;

describe('isolationsFor', () => {
  it('are those that the tasks of a plan ask for, each once', () => {
    expect(isolationsFor(plan(), mixed)).toEqual([
      {},
      { network: 'none' },
      { network: 'none', files: 'none' },
    ]);
    expect(isolationsFor(plan({ tasks: ['NET'] }), mixed)).toEqual([{ network: 'none' }]);
    expect(isolationsFor(plan({ tasks: ['GONE'] }), mixed)).toEqual([{}]);
  });

  it('are none for an inline group, which is a part of the hub', () => {
    expect(isolationsFor(plan({ kind: 'inline' }), mixed)).toEqual([{}]);
    expect(isolationsFor(plan({ kind: 'inline', tasks: ['NET'] }), mixed)).toEqual([{}]);
  });
});
