import { readTaskId, TASK_ID_BYTES, type TaskId } from '@penstock/protocol';
import { EntryCursor } from './entry-bytes.js';

/** An attempt that was handed out: its lease. */
export interface Dispatched {
  readonly id: TaskId;
  readonly epoch: number;
  readonly attempt: number;
}

/** The attempts of an entry: for each `id 16 · epoch u32 · attempt u32`. */
export function readDispatched(entry: Uint8Array): readonly Dispatched[] {
  const cursor = new EntryCursor(entry);
  const attempts: Dispatched[] = [];
  while (!cursor.isAtEnd) {
    const id = readTaskId(cursor.take(TASK_ID_BYTES), 0);
    attempts.push({ id, epoch: cursor.u32(), attempt: cursor.u32() });
  }
  return attempts;
}
