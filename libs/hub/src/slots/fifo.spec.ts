import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fifo } from './fifo.js';

const item = fc.integer({ min: 1, max: 20 });

/** What a step gives, of a Fifo and of a plain array. */
type Step = (fifo: Fifo<number>, plain: number[]) => [given: unknown, expected: unknown];

const step: fc.Arbitrary<Step> = fc.oneof(
  item.map((one): Step => (fifo, plain) => [fifo.push(one), void plain.push(one)]),
  fc.constant<Step>((fifo, plain) => [fifo.shift(), plain.shift()]),
  fc.array(item, { maxLength: 3 }).map((items): Step => (fifo, plain) => {
    plain.unshift(...items);
    return [fifo.pushFront(items), undefined];
  }),
  item.map((one): Step => (fifo, plain) => {
    const at = plain.indexOf(one);
    if (at >= 0) plain.splice(at, 1);
    return [fifo.remove(one), at >= 0];
  }),
  fc.constant<Step>((fifo, plain) => [fifo.drain(), plain.splice(0)]),
);

it('a Fifo does what a plain array does', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const fifo = new Fifo<number>();
      const plain: number[] = [];
      for (const one of steps) {
        const [given, expected] = one(fifo, plain);
        expect(given).toEqual(expected);
        expect([...fifo]).toEqual(plain);
        expect([fifo.size, fifo.first]).toEqual([plain.length, plain[0]]);
      }
    }),
  );
});
