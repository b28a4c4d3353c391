import fc from 'fast-check';

/** How one honest frame is spoiled. */
interface Mutation {
  /** Which frame, as a share of how many there are. */
  readonly base: number;
  readonly edits: readonly { readonly at: number; readonly byte: number }[];
  /** What is left of it, as a share; 1 = all. */
  readonly length: number;
  readonly tail: Uint8Array;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const edits = fc.array(fc.record({ at: share, byte: fc.integer({ min: 0, max: 255 }) }), { maxLength: 6 });

/** Ways to spoil honest frames: bytes changed, cut off, added. Most of a frame stays right, so that it gets far. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    base: share,
    edits,
    length: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: share }),
    tail: fc.oneof(
      { weight: 3, arbitrary: fc.constant(new Uint8Array(0)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    ),
  }),
  { minLength: 1, maxLength: 30 },
);

/** One of the frames, spoiled. The frames stay as they are. */
export function spoil(
  frames: readonly Uint8Array[],
  { base, edits: changes, length, tail }: Mutation,
): Uint8Array {
  const frame = frames[Math.min(frames.length - 1, Math.floor(base * frames.length))] ?? new Uint8Array(0);
  const spoiled = Buffer.concat([frame.subarray(0, Math.round(length * frame.byteLength)), tail]);
  for (const { at, byte } of changes) {
    if (spoiled.byteLength > 0)
      spoiled[Math.min(spoiled.byteLength - 1, Math.floor(at * spoiled.byteLength))] = byte;
  }
  return spoiled;
}
