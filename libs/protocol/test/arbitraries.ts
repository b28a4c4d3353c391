import fc from 'fast-check';
import { limits, readTaskId, type SessionId } from '../src/index.js';

export const u8 = fc.integer({ min: 0, max: 0xff });
export const u16 = fc.integer({ min: 0, max: 0xffff });
export const u32 = fc.integer({ min: 0, max: 0xffff_ffff });

/** Every float but NaN: no number of the protocol is one. */
export const float = fc.double({ noNaN: true });

/** Text of any code points but lone surrogates, which UTF-8 cannot say. */
export const text = fc.string({ unit: 'binary', maxLength: 12 });

/** Sixteen bytes, whether they are a UUID or not. */
export const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => readTaskId(bytes, 0));

export const session: fc.Arbitrary<SessionId> = fc.record({ epoch: u32, number: u32 });

const fewBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const manyBytes = fc
  .integer({ min: limits.batchBytes - 1, max: limits.batchBytes + 1 })
  .map((length) => 'a7'.repeat(length));

/** A payload in hex; now and then one of about the size above which it travels alone. */
export const payload = fc.oneof({ weight: 30, arbitrary: fewBytes }, { weight: 1, arbitrary: manyBytes });

/** An option block in hex. */
export const optionBlock = fc
  .array(fc.tuple(u16, fc.uint8Array({ maxLength: 8 })), { maxLength: 3 })
  .map((options) => options.map(([tag, bytes]) => optionHex(tag, bytes)).join(''));

/** One option of a block in hex. */
export function optionHex(tag: number, bytes: Uint8Array): string {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(tag, 0);
  head.writeUInt16LE(bytes.byteLength, 2);
  return Buffer.concat([head, bytes]).toString('hex');
}
