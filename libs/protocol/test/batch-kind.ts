import fc from 'fast-check';
import {
  readTaskId,
  viewOf,
  writeTaskId,
  type BatchMessage,
  type BatchReader,
  type BatchWriter,
  type Kind,
  type SessionId,
  type TaskId,
} from '../src/index.js';
import { id } from './arbitraries.js';

/** The fields of all records; each kind has some of them. Bytes are hex, so that a difference can be read. */
export interface BatchRecord {
  readonly id: TaskId;
  readonly epoch: number;
  readonly attempt: number;
  readonly slot: number;
  readonly group: number;
  readonly name: string;
  readonly userId: string | undefined;
  readonly priority: number;
  readonly contentType: number;
  readonly options: string;
  /** Absent where the kind has none. */
  readonly payload?: string;
  readonly status: number;
  readonly durability: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly worker: string | undefined;
  readonly waitMs: number;
  readonly runMs: number;
  readonly verdict: number;
  readonly flags: number;
  /** In units of 100 ms. */
  readonly retryAfter: number;
}

export type BatchName = Exclude<keyof typeof Kind, 'envelope'>;

/** A kind of batch as the specs that hold for all kinds see it. */
export interface BatchKind {
  readonly name: BatchName;
  /** Any record that this kind can carry. */
  readonly record: fc.Arbitrary<BatchRecord>;
  newWriter(): BatchWriter;
  newReader(): BatchReader;
  add(writer: BatchWriter, record: BatchRecord): void;
  /** The record that `reader` is at. */
  read(reader: BatchReader): Partial<BatchRecord>;
}

/** What a kind has beyond an id, an option block and a payload. */
interface Definition<Writer, Reader> {
  readonly Writer: new () => Writer;
  readonly Reader: new () => Reader;
  readonly fields: { [Field in keyof BatchRecord]?: fc.Arbitrary<BatchRecord[Field]> };
  readonly add: (writer: Writer, id: DataView, record: BatchRecord) => void;
  readonly read: (reader: Reader) => Partial<BatchRecord>;
}

/** Makes a kind from what is particular to it. */
export function batchKind<Writer extends BatchWriter, Reader extends BatchReader>(
  name: BatchName,
  { Writer, Reader, fields, add, read }: Definition<Writer, Reader>,
): BatchKind {
  return {
    name,
    record: fc.record({ id, ...fields }) as fc.Arbitrary<BatchRecord>,
    newWriter: () => new Writer(),
    newReader: () => new Reader(),
    add(writer, record) {
      const bytes = new Uint8Array(16);
      writeTaskId(record.id, bytes, 0);
      add(writer as Writer, viewOf(bytes), record);
    },
    read: (reader) => ({ id: readTaskId(reader.frame, reader.record), ...read(reader as Reader) }),
  };
}

/** Packs records as a sender does: it takes what it has whenever the next record must not join it. */
export function pack(
  kind: BatchKind,
  records: readonly BatchRecord[],
  session: SessionId,
  writer: BatchWriter = kind.newWriter(),
): BatchMessage[] {
  const messages: BatchMessage[] = [];
  const take = (): void => {
    const message = writer.take(session);
    if (message !== undefined) messages.push(message);
  };
  for (const record of records) {
    if (writer.mustTakeBefore((record.payload ?? '').length / 2)) take();
    kind.add(writer, record);
  }
  take();
  return messages;
}

/** Reads all records of a message. */
export function unpack(
  kind: BatchKind,
  frames: readonly Uint8Array[],
): { session: SessionId; records: Partial<BatchRecord>[] } {
  const reader = kind.newReader().open(frames);
  const records = [];
  while (reader.next()) records.push(kind.read(reader));
  return { session: reader.session, records };
}
