import type { Bytes } from '@penstock/protocol';
import { EntryCursor } from './entry-bytes.js';
import type { TaskSnapshot } from './task-snapshot.js';

/** A task with its contents. */
export interface CarriedTask {
  readonly snapshot: TaskSnapshot;
  readonly contentType: number;
  readonly payload: Bytes;
  readonly options: Bytes;
  readonly resultType: number;
  readonly result: Bytes;
}

interface Lengths {
  readonly snapshot: TaskSnapshot;
  readonly contentType: number;
  readonly payload: number;
  readonly options: number;
  readonly resultType: number;
  readonly result: number;
}

/** The parts of an entry with such tasks: `bytes of the list u32`, the list as JSON, and then each task's payload, options and result. */
export function carriedParts(tasks: readonly CarriedTask[]): readonly Uint8Array[] {
  const list: readonly Lengths[] = tasks.map(
    ({ snapshot, contentType, payload, options, resultType, result }) => ({
      snapshot,
      contentType,
      payload: payload.length,
      options: options.length,
      resultType,
      result: result.length,
    }),
  );
  const json = Buffer.from(JSON.stringify(list));
  const front = Buffer.alloc(4);
  front.writeUInt32LE(json.byteLength);
  const bodies = tasks.flatMap(({ payload, options, result }) => [payload, options, result].map(viewOf));
  return [front, json, ...bodies];
}

/** Reads an entry; contents are views of it. */
export function readCarried(entry: Uint8Array): readonly CarriedTask[] {
  const cursor = new EntryCursor(entry);
  const json = cursor.take(cursor.u32());
  const list = JSON.parse(Buffer.from(json).toString()) as readonly Lengths[];
  return list.map(({ snapshot, contentType, payload, options, resultType, result }) => ({
    snapshot,
    contentType,
    payload: bytesOf(cursor.take(payload)),
    options: bytesOf(cursor.take(options)),
    resultType,
    result: bytesOf(cursor.take(result)),
  }));
}

function viewOf({ buffer, offset, length }: Bytes): Uint8Array {
  return buffer.subarray(offset, offset + length);
}

function bytesOf(view: Uint8Array): Bytes {
  return { buffer: view, offset: 0, length: view.byteLength };
}
