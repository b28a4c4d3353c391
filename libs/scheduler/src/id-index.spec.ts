import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskId } from '../test/task-ids.js';
import { IdIndex } from './id-index.js';

/** Where an index finds each of these ids. */
function slotsOf(index: IdIndex, ids: readonly DataView[]): number[] {
  return ids.map((id) => index.find(id, 0));
}

describe('the index of ids', () => {
  it('finds the slot of an id and of no other', () => {
    const index = new IdIndex(5);
    index.add(0, taskId(1), 0);
    expect(index.find(taskId(1), 0)).toBe(0);
    expect(index.find(taskId(2), 0)).toBe(-1);
  });

  it('compares all 16 bytes', () => {
    const index = new IdIndex(5);
    index.add(0, new DataView(new ArrayBuffer(16)), 0);
    for (let byte = 0; byte < 16; byte++) {
      const other = new DataView(new ArrayBuffer(16));
      other.setUint8(byte, 1);
      expect(index.find(other, 0)).toBe(-1);
    }
  });

  it('reads an id wherever it stands in a message', () => {
    const message = new DataView(new ArrayBuffer(40));
    new Uint8Array(message.buffer).set(new Uint8Array(taskId(7).buffer), 20);
    const index = new IdIndex(5);
    index.add(3, message, 20);
    expect(index.find(taskId(7), 0)).toBe(3);
    expect(index.find(message, 20)).toBe(3);
    expect(index.holds(3, taskId(7), 0)).toBe(true);
    expect(index.holds(3, taskId(8), 0)).toBe(false);
    expect(index.holds(1_000_000, taskId(7), 0)).toBe(false);
  });

  it('shows the bytes of every id at its slot', () => {
    const index = new IdIndex(5);
    index.add(2, taskId(9), 0);
    expect(new Uint8Array(index.view.buffer, 32, 16)).toEqual(new Uint8Array(taskId(9).buffer));
  });

  it('grows past its first size and still finds everything', () => {
    const index = new IdIndex(5);
    const ids = Array.from({ length: 5_000 }, (_, number) => taskId(number));
    ids.forEach((id, slot) => index.add(slot, id, 0));
    expect(slotsOf(index, ids)).toEqual(ids.map((_, slot) => slot));
  });

  it('is as fast whatever part of the ids a client leaves the same', { timeout: 10_000 }, () => {
    for (const offset of [0, 4, 8, 12]) {
      const index = new IdIndex(5);
      const ids = Array.from({ length: 50_000 }, (_, number) => {
        const id = new DataView(new ArrayBuffer(16));
        id.setUint32(offset, number);
        return id;
      });
      // Were they all in one place, each look-up would meet half of them, and this would take minutes.
      ids.forEach((id, slot) => index.add(slot, id, 0));
      expect(slotsOf(index, ids)).toEqual(ids.map((_, slot) => slot));
    }
  });

  it('finds what is in it, and nothing else, however it is filled and emptied', () => {
    // Half full, runs of neighbours touch: that is where closing a gap may go wrong.
    const number = fc.nat(900);
    const ids = Array.from({ length: 901 }, (_, id) => taskId(id));
    const half = Array.from({ length: 400 }, (_, at) => at * 2);
    fc.assert(
      fc.property(fc.array(number, { minLength: 200, maxLength: 400, size: 'max' }), (numbers) => {
        const index = new IdIndex(5);
        const slots = new Map<number, number>();
        const free: number[] = [];
        const toggle = (id: number): void => {
          const slot = slots.get(id);
          if (slot === undefined) {
            const next = free.pop() ?? slots.size;
            slots.set(id, next);
            index.add(next, taskId(id), 0);
          } else {
            index.remove(slot);
            slots.delete(id);
            free.push(slot);
          }
        };
        for (const id of [...half, ...numbers]) toggle(id);
        expect(slotsOf(index, ids)).toEqual(ids.map((_, id) => slots.get(id) ?? -1));
      }),
      { numRuns: 50 },
    );
  });
});
