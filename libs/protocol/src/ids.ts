import { PenstockError } from './errors.js';

declare const taskIdBrand: unique symbol;

/** A task's public name: a UUIDv7 in its canonical lower-case text, e.g. `019ab2c4-5d6e-7abc-8def-0123456789ab`. */
export type TaskId = string & { readonly [taskIdBrand]: true };

/** Bytes of a task id on the wire. */
export const TASK_ID_BYTES = 16;

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Checks that `text` is a task id.
 *
 * @throws PenstockError `INVALID_TASK_ID`
 */
export function parseTaskId(text: string): TaskId {
  const lower = text.toLowerCase();
  if (!pattern.test(lower)) {
    throw new PenstockError(
      'INVALID_TASK_ID',
      `a task id is a UUIDv7, not ${JSON.stringify(text.slice(0, 64))}`,
    );
  }
  return lower as TaskId;
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Reads the 16 bytes at `offset` as text, whatever they are. */
export function readTaskId(bytes: Uint8Array, offset: number): TaskId {
  let text = '';
  for (let index = 0; index < TASK_ID_BYTES; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    text += hexOf[bytes[offset + index] ?? 0];
  }
  return text as TaskId;
}

/** Writes an id's 16 bytes at `offset`. */
export function writeTaskId(id: TaskId, bytes: Uint8Array, offset: number): void {
  let at = offset;
  for (let index = 0; index < 36; index += 2) {
    if (index === 8 || index === 13 || index === 18 || index === 23) index += 1;
    bytes[at++] = (nibble(id.charCodeAt(index)) << 4) | nibble(id.charCodeAt(index + 1));
  }
}

function nibble(code: number): number {
  return code <= 57 ? code - 48 : code - 87;
}

/**
 * The 12 bits of a user that its tasks' ids carry (`rand_a` of the UUIDv7): FNV-1a, 32 bits, over the UTF-8 bytes,
 * folded to 12 by xor. One day a partition key: any balancer can tell from an id whose task it is.
 *
 * @param userId absent or empty counts as `anonymous`
 */
export function userHash(userId: string | undefined): number {
  const bytes = Buffer.from(userId || ANONYMOUS, 'utf8');
  let hash = 0x811c_9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
  return ((hash >>> 20) ^ (hash >>> 8) ^ hash) & 0xfff;
}

/** The user of tasks that name none. */
export const ANONYMOUS = 'anonymous';

/**
 * Mints ids for one client. The last 32 bits count up, so the minter finds its own task again by an array index;
 * 30 random bits of the minter, the millisecond and the user's hash make the whole unique.
 */
export class TaskIdMinter {
  private readonly instance: number;
  private counter: number;

  /**
   * @param wallMs the wall clock, milliseconds since 1970
   * @param random uniform numbers in [0, 1), asked twice
   */
  constructor(
    private readonly wallMs: () => number,
    random: () => number,
  ) {
    this.instance = (0x8000_0000 | Math.floor(random() * 2 ** 30)) >>> 0;
    this.counter = Math.floor(random() * 2 ** 32);
  }

  /**
   * Writes a fresh id's 16 bytes at `offset`.
   *
   * @returns the id's last 32 bits, unique among the latest 2^32 ids of this minter
   */
  mintInto(view: DataView, offset: number, hash: number): number {
    const now = this.wallMs();
    this.counter = (this.counter + 1) >>> 0;
    view.setUint32(offset, Math.floor(now / 0x1_0000));
    view.setUint16(offset + 4, now % 0x1_0000);
    view.setUint16(offset + 6, 0x7000 | hash);
    view.setUint32(offset + 8, this.instance);
    view.setUint32(offset + 12, this.counter);
    return this.counter;
  }

  /** A fresh id as text. */
  mint(userId?: string): TaskId {
    const bytes = new Uint8Array(TASK_ID_BYTES);
    this.mintInto(new DataView(bytes.buffer), 0, userHash(userId));
    return readTaskId(bytes, 0);
  }
}

/** Whether the 16 bytes at `offset` are a UUIDv7 that carries `hash` ({@link userHash} of the task's user). */
export function isTaskIdOf(view: DataView, offset: number, hash: number): boolean {
  return view.getUint16(offset + 6) === (0x7000 | hash) && view.getUint8(offset + 8) >> 6 === 2;
}
