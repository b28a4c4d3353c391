/** An element that knows where it stands in its heap, so that it can be moved or removed in O(log n). */
export interface HeapElement {
  /** Position in the heap; -1 = in none. Only the heap writes it. */
  heapIndex: number;
}

/** A binary heap whose elements may change their rank while they are in it. */
export class IndexedHeap<Element extends HeapElement> {
  private readonly elements: Element[] = [];

  /** @param before whether `a` stands before `b`; a strict order */
  constructor(private readonly before: (a: Element, b: Element) => boolean) {}

  get size(): number {
    return this.elements.length;
  }

  /** The first element, which stays. */
  get top(): Element | undefined {
    return this.elements[0];
  }

  /** All elements, in no particular order. */
  [Symbol.iterator](): IterableIterator<Element> {
    return this.elements.values();
  }

  add(element: Element): void {
    element.heapIndex = this.elements.push(element) - 1;
    this.rise(element);
  }

  /** Removes an element of this heap. */
  remove(element: Element): void {
    const index = element.heapIndex;
    const last = this.elements.pop() as Element;
    element.heapIndex = -1;
    if (last === element) return;
    this.elements[index] = last;
    last.heapIndex = index;
    this.update(last);
  }

  /** Puts an element of this heap where it belongs after its rank has changed. */
  update(element: Element): void {
    const index = element.heapIndex;
    this.rise(element);
    if (element.heapIndex === index) this.sink(element);
  }

  private rise(element: Element): void {
    const { elements, before } = this;
    let index = element.heapIndex;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = elements[parentIndex] as Element;
      if (!before(element, parent)) break;
      elements[index] = parent;
      parent.heapIndex = index;
      index = parentIndex;
    }
    elements[index] = element;
    element.heapIndex = index;
  }

  private sink(element: Element): void {
    const { elements, before } = this;
    const { length } = elements;
    let index = element.heapIndex;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= length) break;
      let child = elements[childIndex] as Element;
      if (childIndex + 1 < length) {
        const right = elements[childIndex + 1] as Element;
        if (before(right, child)) {
          child = right;
          childIndex += 1;
        }
      }
      if (!before(child, element)) break;
      elements[index] = child;
      child.heapIndex = index;
      index = childIndex;
    }
    elements[index] = element;
    element.heapIndex = index;
  }
}
