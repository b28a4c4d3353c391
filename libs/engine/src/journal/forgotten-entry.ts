import { parseTaskId, type TaskId } from '@penstock/protocol';
import { EntryCursor } from './entry-bytes.js';

const ID_TEXT_BYTES = 36;

/** The ids of an entry that tells which tasks are gone. */
export function readForgotten(entry: Uint8Array): readonly TaskId[] {
  const cursor = new EntryCursor(entry);
  const ids: TaskId[] = [];
  while (!cursor.isAtEnd) ids.push(parseTaskId(Buffer.from(cursor.take(ID_TEXT_BYTES)).toString('latin1')));
  return ids;
}
