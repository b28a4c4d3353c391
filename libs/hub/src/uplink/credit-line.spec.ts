import { describe, expect, it } from 'vitest';
import { plan } from '../../test/plan.js';
import { SlotGroup } from '../slots/slot-group.js';
import { CreditLine } from './credit-line.js';

function setup() {
  let window = 0;
  let slots = 2;
  const group = new SlotGroup(0, plan({ slots: 2 }), {}, 20);
  Object.defineProperty(group, 'liveSlots', { get: () => slots });
  const line = new CreditLine(() => window);
  const change = (to: number, liveSlots = slots): number[] => {
    window = to;
    slots = liveSlots;
    line.onChange(group);
    return line.take().map((credit) => credit.window);
  };
  return { line, group, change };
}

describe('CreditLine', () => {
  it('tells the first window, and then changes that are worth it', () => {
    const { change } = setup();
    expect(change(40)).toEqual([40]);
    expect(change(40)).toEqual([]);
    expect(change(45)).toEqual([]);
    expect(change(50)).toEqual([50]);
    expect(change(30)).toEqual([30]);
  });

  it('tells at once that nothing is wanted ahead any more', () => {
    const { change } = setup();
    change(4);
    expect(change(2)).toEqual([2]);
    expect(change(3)).toEqual([3]);
    expect(change(2)).toEqual([2]);
  });

  it('tells each change of the living workers', () => {
    const { change } = setup();
    change(100, 2);
    expect(change(101, 3)).toEqual([101]);
    expect(change(0, 0)).toEqual([0]);
  });

  it('numbers what it tells, and tells all of it anew to a new session', () => {
    const { line, group, change } = setup();
    change(10);
    line.forget();
    line.onChange(group);
    expect(line.take()).toEqual([{ group: 0, sequence: 2, window: 10 }]);
  });

  it('says nothing of what has not changed', () => {
    const { line } = setup();
    expect(line.take()).toEqual([]);
  });
});
