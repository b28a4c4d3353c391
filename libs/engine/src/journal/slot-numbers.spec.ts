import { describe, expect, it } from 'vitest';
import { SlotNumbers } from './slot-numbers.js';

describe('SlotNumbers', () => {
  it('has 0 where nothing was set', () => {
    const numbers = new SlotNumbers();
    numbers.set(7, 1);
    expect([numbers.at(0), numbers.at(7), numbers.at(1_000_000)]).toEqual([0, 1, 0]);
  });

  it('keeps what is set when it grows, in whatever order', () => {
    const numbers = new SlotNumbers();
    const slots = [5_000, 3, 200_000, 0];
    for (const slot of slots) numbers.set(slot, 2 ** 40 + slot);
    expect(slots.map((slot) => numbers.at(slot) - 2 ** 40)).toEqual(slots);
    numbers.set(3, 0);
    expect(numbers.at(3)).toBe(0);
  });
});
