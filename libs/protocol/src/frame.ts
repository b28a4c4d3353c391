import { PenstockError } from './errors.js';
import { PROTOCOL_VERSION } from './version.js';

/**
 * The head that each native frame begins with, all integers little-endian:
 *
 * | offset | type | field |
 * |---|---|---|
 * | 0 | 4 bytes | magic `PNSK` |
 * | 4 | u8 | protocol version |
 * | 5 | u8 | kind |
 * | 6 | u16 | flags (bit 0: the one record's payload is the next frame) |
 * | 8 | u32 | session: the balancer's epoch, 0 before the welcome |
 * | 12 | u32 | session: its number, 0 before the welcome |
 * | 16 | u32 | count of records (0 in an envelope) |
 * | 20 | u32 | bytes of the string table (0 in an envelope) |
 */
export const HEAD_BYTES = 24;

/** `PNSK` read as a little-endian u32. */
export const MAGIC = 0x4b53_4e50;

/** Flag: the batch has one record, whose payload is the message's second frame. */
export const FLAG_DETACHED = 1;

/** What a frame is. Every kind but `envelope` is a packed batch. */
export const Kind = {
  envelope: 0,
  submit: 1,
  accepted: 2,
  dispatch: 3,
  started: 4,
  outcome: 5,
  settled: 6,
  result: 7,
  collected: 8,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Names of the kinds by number; also the patterns under which a transport hands batches to handlers. */
export const kindNames = Object.fromEntries(
  Object.entries(Kind).map(([name, kind]) => [kind, name]),
) as Readonly<Record<number, keyof typeof Kind>>;

/** A session as each frame names it. */
export interface SessionId {
  /** The balancer's epoch: rises at each start of the balancer. */
  readonly epoch: number;
  /** The session's number within the epoch. */
  readonly number: number;
}

/** What a frame names before any welcome. */
export const NO_SESSION: SessionId = { epoch: 0, number: 0 };

/** A decoded head. */
export interface Head extends SessionId {
  readonly kind: number;
  readonly flags: number;
  readonly count: number;
  readonly stringsBytes: number;
}

/** A view of exactly the bytes of `frame`. */
export function viewOf(frame: Uint8Array): DataView {
  return new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
}

/** Writes a head at the start of `view`. */
export function writeHead(view: DataView, head: Head): void {
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, PROTOCOL_VERSION);
  view.setUint8(5, head.kind);
  view.setUint16(6, head.flags, true);
  view.setUint32(8, head.epoch, true);
  view.setUint32(12, head.number, true);
  view.setUint32(16, head.count, true);
  view.setUint32(20, head.stringsBytes, true);
}

/** Whether a frame begins as a native one does; older wires share ports and begin otherwise. */
export function hasMagic(frame: Uint8Array): boolean {
  return (
    frame.length >= 4 && frame[0] === 0x50 && frame[1] === 0x4e && frame[2] === 0x53 && frame[3] === 0x4b
  );
}

/**
 * Reads a head.
 *
 * @throws PenstockError `MALFORMED_FRAME` when the frame is too short or lacks the magic, `UNSUPPORTED_VERSION`
 *   when it is of another version
 */
export function readHead(frame: Uint8Array, view: DataView = viewOf(frame)): Head {
  if (frame.byteLength < HEAD_BYTES) {
    throw new PenstockError(
      'MALFORMED_FRAME',
      `a frame has at least ${HEAD_BYTES} bytes, this one ${frame.byteLength}`,
    );
  }
  if (view.getUint32(0, true) !== MAGIC) {
    throw new PenstockError('MALFORMED_FRAME', 'a frame begins with PNSK, this one does not');
  }
  const version = view.getUint8(4);
  if (version !== PROTOCOL_VERSION) {
    throw new PenstockError('UNSUPPORTED_VERSION', `protocol version ${version} is not spoken here`, {
      details: { spoken: PROTOCOL_VERSION, received: version },
    });
  }
  return {
    kind: view.getUint8(5),
    flags: view.getUint16(6, true),
    epoch: view.getUint32(8, true),
    number: view.getUint32(12, true),
    count: view.getUint32(16, true),
    stringsBytes: view.getUint32(20, true),
  };
}
