import { InvariantError } from '@penstock/runtime';
import { describe, expect, it } from 'vitest';
import { HEAD_BYTES, NO_SESSION, readHead, viewOf } from '../frame.js';
import { limits } from '../limits.js';
import { AcceptedReader, AcceptedWriter } from './accepted.js';
import { EMPTY, type Bytes } from './batch-writer.js';
import { CollectedWriter } from './collected.js';
import { SubmitReader, SubmitWriter, type SubmitRecord } from './submit.js';

const idView = viewOf(new Uint8Array(16));
const task: SubmitRecord = { name: 'HELLO', userId: 'john', priority: 0, contentType: 1, payload: EMPTY };
const submitBytes = 40;

function payloadOf(length: number): Bytes {
  return { buffer: new Uint8Array(length), offset: 0, length };
}

function add(writer: SubmitWriter, length: number): void {
  writer.add(idView, 0, { ...task, payload: payloadOf(length) });
}

describe('a batch writer', () => {
  it('has nothing to take before the first record, and nothing again after it was taken', () => {
    const writer = new SubmitWriter();
    expect(writer.take(NO_SESSION)).toBeUndefined();
    add(writer, 3);
    expect(writer.count).toBe(1);
    expect(writer.take(NO_SESSION)).toHaveLength(1);
    expect(writer.count).toBe(0);
    expect(writer.take(NO_SESSION)).toBeUndefined();
  });

  it('knows how many bytes its frame will have', () => {
    const writer = new SubmitWriter();
    for (const length of [0, 1, 24, 25, 5_000]) add(writer, length);
    const { bytes } = writer;
    expect(writer.take(NO_SESSION)?.[0].byteLength).toBe(bytes);
  });

  it('never writes again to a frame that it handed out', () => {
    const writer = new SubmitWriter();
    add(writer, 30);
    const frame = writer.take(NO_SESSION)?.[0] ?? new Uint8Array();
    const before = Buffer.from(frame);
    for (let index = 0; index < 500; index++) add(writer, 30);
    writer.take({ epoch: 9, number: 9 });
    expect(before.equals(frame)).toBe(true);
  });

  it('keeps each string once per batch, and starts anew with the next', () => {
    const writer = new SubmitWriter();
    for (let index = 0; index < 100; index++) add(writer, 0);
    const stringsBytes = () => readHead(writer.take(NO_SESSION)?.[0] ?? new Uint8Array()).stringsBytes;
    expect(stringsBytes()).toBe(2 + 2 + 'HELLO'.length + 2 + 'john'.length);
    writer.add(idView, 0, { ...task, name: 'x', userId: undefined });
    expect(stringsBytes()).toBe(2 + 2 + 1);
  });

  it.each([
    ['é', 2],
    ['数', 3],
    ['👋', 4],
  ])('cuts a string of too many %s before the limit, and never within one', (letter, width) => {
    const writer = new AcceptedWriter();
    const message = `.${letter.repeat(limits.stringBytes)}`;
    writer.add(idView, 0, 2, 0, { code: 'INVALID_NAME', message });
    const reader = new AcceptedReader().open(writer.take(NO_SESSION) ?? []);
    reader.next();
    expect(reader.message).toBe(`.${letter.repeat(Math.floor((limits.stringBytes - 1) / width))}`);
  });
});

describe('isFull', () => {
  it('becomes true with the record that brings the batch to 64 KiB', () => {
    const writer = new SubmitWriter();
    const strings = 2 + 2 + 5 + 2 + 4;
    add(writer, limits.batchBytes - submitBytes - strings - 1);
    expect(writer.isFull).toBe(false);
    add(writer, 0);
    expect(writer.isFull).toBe(true);
    writer.take(NO_SESSION);
    expect(writer.isFull).toBe(false);
    add(writer, limits.batchBytes - submitBytes - strings);
    expect(writer.isFull).toBe(true);
  });

  it('becomes true before a batch has more records than a reader takes, however small they are', () => {
    const writer = new CollectedWriter();
    while (!writer.isFull) writer.add(idView, 0);
    expect(writer.count).toBeLessThanOrEqual(limits.batchRecords);
  });

  it('becomes true before the string table has more entries than a reader takes', () => {
    const writer = new SubmitWriter();
    let strings = 0;
    while (!writer.isFull) writer.add(idView, 0, { ...task, name: '', userId: `${strings++}` });
    const frames = writer.take(NO_SESSION) ?? [];
    expect(new SubmitReader().open(frames).count).toBe(strings);
    expect(strings).toBeLessThanOrEqual(limits.batchStrings);
  });

  it('is true of a batch with a detached payload', () => {
    const writer = new SubmitWriter();
    add(writer, limits.batchBytes);
    writer.take(NO_SESSION);
    add(writer, limits.batchBytes + 1);
    expect(writer.isFull).toBe(true);
  });
});

describe('mustTakeBefore', () => {
  it('is false of an empty batch, whatever comes', () => {
    for (const length of [0, limits.batchBytes, limits.batchBytes + 1, 1 << 24]) {
      expect(new SubmitWriter().mustTakeBefore(length)).toBe(false);
    }
  });

  it('is true before a payload that travels alone, and not before one that just does not', () => {
    const writer = new SubmitWriter();
    add(writer, 0);
    expect(writer.mustTakeBefore(limits.batchBytes)).toBe(false);
    expect(writer.mustTakeBefore(limits.batchBytes + 1)).toBe(true);
  });

  it('is true of a full batch, even before a record without payload', () => {
    const writer = new SubmitWriter();
    add(writer, limits.batchBytes);
    expect(writer.mustTakeBefore(0)).toBe(true);
  });

  it('that was not heeded is a bug which shows at once, on either side of a large payload', () => {
    const before = new SubmitWriter();
    add(before, 0);
    expect(() => add(before, limits.batchBytes + 1)).toThrow(InvariantError);
    const after = new SubmitWriter();
    add(after, limits.batchBytes + 1);
    expect(() => add(after, 0)).toThrow(InvariantError);
  });
});

describe('a detached payload', () => {
  it('is handed on as a view of its buffer, not as a copy', () => {
    const writer = new SubmitWriter();
    const length = limits.batchBytes + 1;
    const buffer = new Uint8Array(length + 10);
    writer.add(idView, 0, { ...task, payload: { buffer, offset: 5, length } });
    const [frame, payload] = writer.take(NO_SESSION) ?? [];
    expect(frame?.byteLength).toBe(HEAD_BYTES + submitBytes + 15);
    expect(payload?.buffer).toBe(buffer.buffer);
    expect([payload?.byteOffset, payload?.byteLength]).toEqual([5, length]);
  });
});
