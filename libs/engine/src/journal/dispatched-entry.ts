import { readTaskId, TASK_ID_BYTES, type TaskId } from '@penstock/protocol';
import { EntryCursor } from './entry-bytes.js';

/** An attempt that was handed out: its lease, and when, by the wall clock. */
export interface Dispatched {
  readonly id: TaskId;
  readonly epoch: number;
  readonly attempt: number;
  readonly wallMs: number;
}

/** The attempts of an entry: `wallMs f64`, for each `id 16 · epoch u32 · attempt u32`. */
export function readDispatched(entry: Uint8Array): readonly Dispatched[] {
  const cursor = new EntryCursor(entry);
  const wallMs = cursor.f64();
  const attempts: Dispatched[] = [];
  while (!cursor.isAtEnd) {
    const id = readTaskId(cursor.take(TASK_ID_BYTES), 0);
    attempts.push({ id, epoch: cursor.u32(), attempt: cursor.u32(), wallMs });
  }
  return attempts;
}
