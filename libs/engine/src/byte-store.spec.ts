import { describe, expect, it } from 'vitest';
import { ByteStore } from './byte-store.js';

describe('ByteStore', () => {
  it('copies small frames, so that a task does not hold a buffer of its own', () => {
    const store = new ByteStore();
    const frame = Buffer.from('head-payload');
    const { buffer, shift } = store.hold(frame);
    expect(buffer).not.toBe(frame);
    store.put(3, 0, buffer, shift + 5, 7);
    frame.fill(0);
    expect(Buffer.from(store.view(3)).toString()).toBe('payload');
  });

  it('keeps large frames where they are', () => {
    const store = new ByteStore();
    const frame = Buffer.alloc(100_000, 'x');
    expect(store.hold(frame)).toEqual({ buffer: frame, shift: 0 });
  });

  it('never overwrites what it holds when slabs fill up', () => {
    const store = new ByteStore();
    for (let slot = 0; slot < 200; slot++) {
      const { buffer, shift } = store.hold(Buffer.alloc(1_000, slot));
      store.put(slot, 1, buffer, shift, 1_000);
    }
    for (let slot = 0; slot < 200; slot++) {
      expect(Buffer.compare(store.view(slot), Buffer.alloc(1_000, slot))).toBe(0);
    }
  });

  it('has nothing at a slot that was dropped', () => {
    const store = new ByteStore();
    const { buffer, shift } = store.hold(Buffer.from('x'));
    store.put(0, 1, buffer, shift, 1);
    store.drop(0);
    expect(store.has(0)).toBe(false);
    expect(store.view(0)).toHaveLength(0);
  });
});
