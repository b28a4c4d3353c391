import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fifo } from './fifo.js';

/** What may be done to a queue, and to the array that it must agree with. */
const steps: Record<string, (fifo: Fifo<number>, model: number[], value: number) => void> = {
  push(fifo, model, value) {
    for (let index = 0; index < value; index++) {
      fifo.push(index);
      model.push(index);
    }
  },
  shift(fifo, model, value) {
    for (let index = 0; index < value; index++) expect(fifo.shift()).toBe(model.shift());
  },
  prepend(fifo, model, value) {
    fifo.prepend([value, value + 1]);
    model.unshift(value, value + 1);
  },
  keep(fifo, model, value) {
    const isWanted = (item: number) => item % 7 !== value % 7;
    fifo.keep(isWanted);
    model.splice(0, model.length, ...model.filter(isWanted));
  },
};

describe('Fifo', () => {
  it('gives its items in the order of an array, however it is used', () => {
    const step = fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(3_000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (sequence) => {
        const [fifo, model] = [new Fifo<number>(), new Array<number>()];
        for (const [name, value] of sequence) {
          steps[name]?.(fifo, model, value);
          expect(fifo.length).toBe(model.length);
          expect(fifo.peek()).toBe(model[0]);
        }
      }),
    );
  });

  it('lets go of what was taken at once: it may be large', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const fifo = new Fifo<object>();
    fifo.push({ result: 'large' });
    fifo.push({ result: 'another' });
    const taken = new WeakRef(fifo.shift() ?? {});
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      collectGarbage();
      expect(taken.deref()).toBeUndefined();
      expect(fifo.length).toBe(1);
    });
  });
});
