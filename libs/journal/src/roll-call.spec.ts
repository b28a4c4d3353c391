import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollCall } from './roll-call.js';

const number = fc.oneof(
  fc.nat(20),
  fc.integer({ min: 4_000, max: 4_200 }),
  fc.integer({ min: 1, max: 2 ** 48 - 1 }),
);

function rollCallOf(numbers: Iterable<number>): RollCall {
  const rollCall = new RollCall();
  for (const each of numbers) rollCall.add(each);
  return rollCall;
}

describe('RollCall', () => {
  it('has what a set has', () => {
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const rollCall = new RollCall();
        const set = new Set<number>();
        for (const each of numbers) {
          const isThere = set.delete(each);
          expect(rollCall.has(each)).toBe(isThere);
          expect(rollCall.remove(each)).toBe(isThere);
          if (!isThere) {
            rollCall.add(each);
            set.add(each);
          }
          expect(rollCall.entries).toBe(set.size);
        }
        expect(rollCall.digest).toEqual(rollCallOf([...set].toReversed()).digest);
      }),
    );
  });

  it('has another digest for any other set', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(number, { maxLength: 50 }),
        fc.uniqueArray(number, { maxLength: 50 }),
        (a, b) => {
          const areSame = a.length === b.length && a.every((each) => b.includes(each));
          expect(String(rollCallOf(a).digest) === String(rollCallOf(b).digest)).toBe(areSame);
        },
      ),
    );
  });

  it('tells neighbours apart: no two of ten thousand numbers in a row cancel each other', () => {
    const digests = new Set(
      Array.from({ length: 10_000 }, (_, index) => String(rollCallOf([index + 1]).digest)),
    );
    expect(digests.size).toBe(10_000);
  });
});
