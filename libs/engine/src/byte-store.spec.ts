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

  it('moves what stays for long out of the frame that it came in, so that it does not hold the others', () => {
    const store = new ByteStore();
    const frame = Buffer.alloc(100_000, 'x');
    frame.write('payload', 500);
    const { buffer, shift } = store.hold(frame);
    store.put(0, 1, buffer, shift + 500, 7);
    store.put(1, 1, buffer, shift + 600, 90_000);
    store.settle(0);
    store.settle(1);
    store.settle(2);
    expect(store.bytes(0).buffer).not.toBe(frame);
    expect(Buffer.from(store.view(0)).toString()).toBe('payload');
    expect(store.bytes(1).buffer, 'nearly all of its frame').toBe(frame);
    expect(store.has(2)).toBe(false);
  });

  it('does not move what stays for long into slabs of what does not', () => {
    const store = new ByteStore();
    const first = store.hold(Buffer.from('first'));
    store.put(0, 1, first.buffer, first.shift, 5);
    store.settle(0);
    expect(store.bytes(0).buffer).not.toBe(store.hold(Buffer.from('second')).buffer);
    expect(Buffer.from(store.view(0)).toString()).toBe('first');
  });

  it('packs what waits, without the frames around it, and apart from what stays for long', () => {
    const store = new ByteStore();
    const frames = [0, 1, 2].map((slot) => store.hold(Buffer.from(`head payload ${slot}`)));
    for (const [slot, { buffer, shift }] of frames.entries()) store.put(slot, 1, buffer, shift + 5, 9);
    store.compact(0);
    store.compact(1);
    store.settle(2);
    const [first, second, dead] = [0, 1, 2].map((slot) => store.bytes(slot));
    expect(first?.buffer).not.toBe(frames[0]?.buffer);
    expect(second).toEqual({ buffer: first?.buffer, offset: (first?.offset ?? 0) + 9, length: 9 });
    expect(dead?.buffer).not.toBe(first?.buffer);
    expect(Buffer.from(store.view(1)).toString()).toBe('payload 1');
  });
});
