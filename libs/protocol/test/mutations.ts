import fc from 'fast-check';
import { u32 } from './arbitraries.js';

type Mutation = (bytes: Buffer) => Buffer;

/** Where to change something; it counts modulo the length, so that it is in bounds of any frame. */
const position = fc.nat(0xffff);

const flipBit = fc.tuple(position, fc.nat(7)).map(([at, bit]): Mutation => (bytes) => {
  const index = at % bytes.byteLength;
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
  return bytes;
});

const truncate = position.map(
  (at): Mutation =>
    (bytes) =>
      bytes.subarray(0, at % bytes.byteLength),
);

const duplicate = fc.tuple(position, fc.nat(64)).map(([at, length]): Mutation => (bytes) => {
  const start = at % bytes.byteLength;
  return Buffer.concat([bytes.subarray(0, start + length), bytes.subarray(start)]);
});

const append = fc.uint8Array({ minLength: 1, maxLength: 16 }).map(
  (more): Mutation =>
    (bytes) =>
      Buffer.concat([bytes, more]),
);

/** Numbers at which lengths, counts and indices go wrong. */
const tellingNumbers = [
  0, 1, 2, 24, 4_096, 4_097, 8_192, 8_193, 16_385, 0xfffe, 0xffff, 0x8000_0000, 0xffff_ffff,
];
const telling = fc.constantFrom(...tellingNumbers);

/** Writes another number where a length, a count or an index may be. */
const splice = fc
  .tuple(position, fc.oneof(telling, u32), fc.constantFrom(1, 2, 4))
  .map(([at, value, width]): Mutation => (bytes) => {
    const index = at % bytes.byteLength;
    if (index + width <= bytes.byteLength) bytes.writeUIntLE(value % 2 ** (8 * width), index, width);
    return bytes;
  });

const mutations = fc.array(fc.oneof(flipBit, truncate, duplicate, append, splice), {
  minLength: 1,
  maxLength: 4,
});

/** What to do to the list of frames: mostly nothing. */
const reframing = fc.oneof(
  { weight: 20, arbitrary: fc.constant((frames: Buffer[]) => frames) },
  { weight: 1, arbitrary: fc.constant((frames: Buffer[]) => frames.slice(1)) },
  { weight: 1, arbitrary: fc.constant((frames: Buffer[]) => [...frames, Buffer.from('1234')]) },
);

/** One of the given messages with a few of its bits, numbers, bytes or frames changed, doubled or cut off. */
export function mutated(messages: readonly (readonly Uint8Array[])[]): fc.Arbitrary<Uint8Array[]> {
  return fc
    .tuple(fc.constantFrom(...messages), fc.nat(3), mutations, reframing)
    .map(([message, chosen, changes, reframe]) => {
      const frames = message.map((frame, index) => {
        // Mostly the first frame: a detached payload is bytes of any kind.
        const mutable = index === (chosen === 3 ? message.length - 1 : 0);
        const change = (bytes: Buffer, mutate: Mutation): Buffer =>
          bytes.byteLength === 0 ? bytes : mutate(bytes);
        return mutable ? changes.reduce(change, Buffer.from(frame)) : Buffer.from(frame);
      });
      return reframe(frames);
    });
}
