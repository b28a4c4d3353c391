import { describe, expect, it } from 'vitest';
import { changesIn, type Listed } from './list-changes.js';

const list = (...things: (readonly [id: string, name: string, role: string])[]): Map<string, Listed> =>
  new Map(things.map(([id, name, role]) => [id, { name, facts: { role, tasks: 'all' } }]));

describe('changesIn', () => {
  it('tells what was added and removed, and of what was changed the old and the new', () => {
    const before = list(['1', 'a', 'client'], ['2', 'b', 'worker'], ['3', 'c', 'worker']);
    const after = list(['1', 'a', 'admin'], ['3', 'c', 'worker'], ['4', 'd', 'viewer']);
    expect(changesIn(before, after)).toEqual([
      'a was changed: role client → admin',
      'b was removed: role worker; tasks all',
      'd was added: role viewer; tasks all',
    ]);
  });

  it('takes a thing of another name for the same', () => {
    expect(changesIn(list(['1', 'a', 'client']), list(['1', 'b', 'client']))).toEqual([
      'a was changed: it is b now',
    ]);
  });

  it('says nothing where nothing was changed', () => {
    expect(changesIn(list(['1', 'a', 'client']), list(['1', 'a', 'client']))).toEqual([]);
  });

  it('counts the rest of what would be too many lines', () => {
    const many = list(...Array.from({ length: 150 }, (_, id) => [`${id}`, `${id}`, 'client'] as const));
    const lines = changesIn(new Map(), many);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('and 50 more were added, changed or removed');
  });
});
