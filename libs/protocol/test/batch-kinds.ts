import fc from 'fast-check';
import {
  AcceptedReader,
  AcceptedWriter,
  CollectedReader,
  CollectedWriter,
  DispatchReader,
  DispatchWriter,
  OutcomeReader,
  OutcomeWriter,
  ResultReader,
  ResultWriter,
  SettledReader,
  SettledWriter,
  StartedReader,
  StartedWriter,
  SubmitReader,
  SubmitWriter,
  type Admission,
  type AdmissionDetail,
  type BatchReader,
  type Bytes,
  type ContentType,
  type Durability,
  type ErrorCode,
  type LeaseReader,
  type OutcomeStatus,
  type Verdict,
} from '../src/index.js';
import { float, optionBlock, payload, text, u16, u32, u8 } from './arbitraries.js';
import { batchKind, type BatchKind, type BatchRecord } from './batch-kind.js';

const lease = { epoch: u32, attempt: u32, slot: u32 };
const content = { contentType: u8, payload };
const task = { name: text, priority: float, options: optionBlock, ...content };
const maybeText = fc.option(text, { nil: undefined });

/** Every kind of batch. A sender may only write known numbers of a status and the like; a reader reads all. */
export const batchKinds: readonly BatchKind[] = [
  batchKind('submit', {
    Writer: SubmitWriter,
    Reader: SubmitReader,
    fields: { ...task, userId: maybeText },
    add: (writer, id, record) =>
      writer.add(id, 0, {
        ...record,
        contentType: record.contentType as ContentType,
        options: within(record.options),
        payload: within(record.payload),
      }),
    read: (reader) => ({ ...readTask(reader), name: reader.name ?? '', userId: reader.userId }),
  }),
  batchKind('accepted', {
    Writer: AcceptedWriter,
    Reader: AcceptedReader,
    fields: {
      status: u8,
      durability: u8,
      code: fc.constantFrom('QUEUE_FULL', 'INVALID_NAME', undefined),
      message: maybeText,
      retryAfter: u16,
    },
    add(writer, id, { status, durability, code, message, retryAfter }) {
      const detail: AdmissionDetail = {
        ...(code !== undefined && { code: code as ErrorCode }),
        ...(message !== undefined && { message }),
        retryAfterMs: retryAfter * 100,
      };
      writer.add(id, 0, status as Admission, durability as Durability, detail);
    },
    read: ({ status, durability, code, message, retryAfterMs }) => ({
      status,
      durability,
      code,
      message,
      retryAfter: retryAfterMs / 100,
    }),
  }),
  batchKind('dispatch', {
    Writer: DispatchWriter,
    Reader: DispatchReader,
    fields: { ...lease, ...task, group: u16, userId: text },
    add: (writer, id, record) =>
      writer.add(id, 0, record, {
        ...record,
        userId: record.userId ?? '',
        options: within(record.options),
        payload: within(record.payload),
      }),
    read: (reader) => ({
      ...readLease(reader),
      ...readTask(reader),
      group: reader.group,
      name: reader.name,
      userId: reader.userId,
    }),
  }),
  batchKind('started', {
    Writer: StartedWriter,
    Reader: StartedReader,
    fields: { ...lease, worker: text },
    add: (writer, id, record) => writer.add(id, 0, record, record.worker ?? ''),
    read: (reader) => ({ ...readLease(reader), worker: reader.worker }),
  }),
  batchKind('outcome', {
    Writer: OutcomeWriter,
    Reader: OutcomeReader,
    fields: { ...lease, ...content, status: u8, worker: text, runMs: float, flags: u32 },
    add: (writer, id, record) =>
      writer.add(id, 0, record, {
        ...record,
        status: record.status as OutcomeStatus,
        worker: record.worker ?? '',
        payload: within(record.payload),
      }),
    read: (reader) => ({ ...readLease(reader), ...readEnd(reader), flags: reader.flags }),
  }),
  batchKind('settled', {
    Writer: SettledWriter,
    Reader: SettledReader,
    fields: { ...lease, verdict: u32 },
    add: (writer, id, record) => writer.add(id, 0, record, record.verdict as Verdict),
    read: (reader) => ({ ...readLease(reader), verdict: reader.verdict }),
  }),
  batchKind('result', {
    Writer: ResultWriter,
    Reader: ResultReader,
    fields: { ...content, attempt: u32, status: u8, worker: maybeText, waitMs: float, runMs: float },
    add: (writer, id, record) =>
      writer.add(id, 0, {
        ...record,
        status: record.status as OutcomeStatus,
        payload: within(record.payload),
      }),
    read: (reader) => ({ ...readEnd(reader), attempt: reader.attempt, waitMs: reader.waitMs }),
  }),
  batchKind('collected', {
    Writer: CollectedWriter,
    Reader: CollectedReader,
    fields: {},
    add: (writer, id) => writer.add(id, 0),
    read: () => ({}),
  }),
];

/** The kind of that name. */
export function batchKindNamed(name: string): BatchKind {
  const kind = batchKinds.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new Error(`there is no batch of kind ${name}`);
  return kind;
}

/** Bytes that lie within a larger buffer, as those that a balancer passes on do. */
function within(hex = ''): Bytes {
  const buffer = Buffer.from(`ee${hex}ee`, 'hex');
  return { buffer, offset: 1, length: buffer.byteLength - 2 };
}

function readLease({ epoch, attempt, slot }: LeaseReader): Partial<BatchRecord> {
  return { epoch, attempt, slot };
}

function readTask(reader: SubmitReader | DispatchReader): Partial<BatchRecord> {
  const { priority, contentType, frame, optionsOffset, optionsLength } = reader;
  const options = hexOf(frame.subarray(optionsOffset, optionsOffset + optionsLength));
  return { priority, contentType, options, payload: payloadOf(reader) };
}

function readEnd(reader: OutcomeReader | ResultReader): Partial<BatchRecord> {
  const { status, contentType, worker, runMs } = reader;
  return { status, contentType, worker, runMs, payload: payloadOf(reader) };
}

function payloadOf(reader: BatchReader): string {
  return hexOf(reader.payload);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
