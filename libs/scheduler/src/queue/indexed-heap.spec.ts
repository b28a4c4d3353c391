import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndexedHeap, type HeapElement } from './indexed-heap.js';

interface Element extends HeapElement {
  rank: number;
}

const rank = fc.nat(99);
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), rank }),
  fc.record({ do: fc.constant('remove' as const), at: fc.nat(40) }),
  fc.record({ do: fc.constant('update' as const), at: fc.nat(40), rank }),
);

/** Takes one after the other off the top. */
function drain(heap: IndexedHeap<Element>): number[] {
  const ranks: number[] = [];
  for (let { top } = heap; top !== undefined; top = heap.top) {
    ranks.push(top.rank);
    heap.remove(top);
  }
  return ranks;
}

describe('a heap whose elements know their place', () => {
  it('gives its elements in order, wherever some were added, removed or moved', () => {
    const ranks = fc.array(rank, { minLength: 10, maxLength: 30, size: 'max' });
    const steps = fc.array(step, { maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(ranks, steps, (initial, changes) => {
        const heap = new IndexedHeap<Element>((a, b) => a.rank < b.rank);
        const inside: Element[] = [];
        const outside: Element[] = [];
        const add = (element: Element): void => {
          inside.push(element);
          heap.add(element);
        };
        for (const first of initial) add({ heapIndex: -1, rank: first });
        for (const change of changes) {
          const element = 'at' in change ? inside[change.at % inside.length] : undefined;
          if (change.do === 'add') add({ heapIndex: -1, rank: change.rank });
          else if (element !== undefined && change.do === 'update') {
            element.rank = change.rank;
            heap.update(element);
          } else if (element !== undefined) {
            outside.push(...inside.splice(inside.indexOf(element), 1));
            heap.remove(element);
          }
          expect([...heap].map(({ heapIndex }) => heapIndex)).toEqual([...inside.keys()]);
        }
        expect(heap.size).toBe(inside.length);
        expect(outside.every(({ heapIndex }) => heapIndex === -1)).toBe(true);
        expect(drain(heap)).toEqual(inside.map((element) => element.rank).sort((a, b) => a - b));
      }),
    );
  });
});
