import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndexedHeap, type HeapElement } from './indexed-heap.js';

interface Element extends HeapElement {
  rank: number;
}

const rank = fc.nat(20);
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), rank }),
  fc.record({ do: fc.constant('remove' as const), at: fc.nat(40) }),
  fc.record({ do: fc.constant('update' as const), at: fc.nat(40), rank }),
);

describe('a heap whose elements know their place', () => {
  it('always has one of the first on top, wherever elements were added, removed or moved', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const heap = new IndexedHeap<Element>((a, b) => a.rank < b.rank);
        const elements: Element[] = [];
        const gone: Element[] = [];
        for (const next of steps) {
          const element = 'at' in next ? elements[next.at % elements.length] : undefined;
          if (next.do === 'add') {
            const added = { heapIndex: -1, rank: next.rank };
            elements.push(added);
            heap.add(added);
          } else if (element !== undefined && next.do === 'update') {
            element.rank = next.rank;
            heap.update(element);
          } else if (element !== undefined) {
            elements.splice(elements.indexOf(element), 1);
            heap.remove(element);
            gone.push(element);
          }
          expect(gone.every(({ heapIndex }) => heapIndex === -1)).toBe(true);
          expect(heap.size).toBe(elements.length);
          expect(heap.top?.rank ?? Infinity).toBe(Math.min(...elements.map((other) => other.rank)));
          [...heap].forEach((other, index) => expect(other.heapIndex).toBe(index));
        }
        const sorted: number[] = [];
        for (let top = heap.top; top !== undefined; top = heap.top) {
          sorted.push(top.rank);
          heap.remove(top);
        }
        expect(sorted).toEqual(elements.map((other) => other.rank).sort((a, b) => a - b));
      }),
    );
  });
});
