import { readTaskId, TASK_ID_BYTES, type TaskId } from '@penstock/protocol';
import { EntryCursor } from './entry-bytes.js';

/** The ids of an entry that tells which tasks are gone, 16 bytes each. */
export function readForgotten(entry: Uint8Array): readonly TaskId[] {
  const cursor = new EntryCursor(entry);
  const ids: TaskId[] = [];
  while (!cursor.isAtEnd) ids.push(readTaskId(cursor.take(TASK_ID_BYTES), 0));
  return ids;
}
