import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextUp } from './float.js';

describe('the next number up', () => {
  it('is known at the places where the format changes', () => {
    expect(nextUp(1)).toBe(1 + Number.EPSILON);
    expect(nextUp(-1)).toBe(-1 + Number.EPSILON / 2);
    expect(nextUp(0)).toBe(Number.MIN_VALUE);
    expect(nextUp(-0)).toBe(Number.MIN_VALUE);
    expect(nextUp(-Number.MIN_VALUE)).toBe(-0);
    expect(nextUp(Number.MAX_VALUE)).toBe(Infinity);
  });

  it('is above the number with nothing between them', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const next = nextUp(value);
        expect(next).toBeGreaterThan(value);
        const middle = value / 2 + next / 2;
        expect([value, next, Infinity]).toContain(middle);
      }),
    );
  });
});
