import { describe, expect, it } from 'vitest';
import { batchKinds, batchKindNamed } from '../test/batch-kinds.js';
import { pack, unpack } from '../test/batch-kind.js';
import {
  framesOf,
  readGolden,
  recordOf,
  type GoldenBatch,
  type GoldenEnvelope,
  type Malformed,
} from '../test/golden.js';
import { decodeEnvelope, encodeEnvelope } from './envelope.js';
import { PenstockError } from './errors.js';

const noise = { epoch: 0xffff_ffff, number: 0xffff_ffff };

describe.each(batchKinds)('the golden batches of $name', (kind) => {
  const examples = readGolden<GoldenBatch[]>(kind.name);

  it.each(named(examples))('are read: %s', (_, { decoded, ...message }) => {
    expect(decoded.kind).toBe(kind.name);
    const { session, records } = unpack(kind, framesOf(message));
    expect(session).toEqual(decoded.session);
    expect(records).toEqual(decoded.records.map(recordOf));
  });

  it.each(named(examples))('are written, byte for byte: %s', (_, { decoded, ...message }) => {
    const records = decoded.records.map(recordOf);
    // A writer uses its buffers again: what an earlier batch left there must not show.
    const writer = kind.newWriter();
    pack(kind, records.toReversed().concat(records), noise, writer);
    expect(pack(kind, records, decoded.session, writer).map(hexOf)).toEqual([hexOf(framesOf(message))]);
  });
});

describe('the golden control messages', () => {
  const examples = readGolden<GoldenEnvelope[]>('envelope');

  it.each(named(examples))('are read: %s', (_, { decoded, ...message }) => {
    const { session, envelope } = decodeEnvelope(onlyFrame(message));
    expect(session).toEqual(decoded.session);
    expect(envelope).toEqual(decoded.envelope);
  });

  it.each(named(examples))('are written, byte for byte: %s', (_, { decoded, ...message }) => {
    const frame = encodeEnvelope(decoded.envelope, decoded.session);
    expect(hexOf([frame])).toEqual(hexOf(framesOf(message)));
  });
});

describe('the malformed messages', () => {
  it.each(named(readGolden<Malformed[]>('malformed')))('are refused: %s', (_, { as, code, ...message }) => {
    const frames = framesOf(message);
    const read = () =>
      as === 'envelope' ? decodeEnvelope(onlyFrame(message)) : unpack(batchKindNamed(as), frames);
    expect(codeOf(read)).toBe(code);
  });
});

function named<Example extends { description: string }>(examples: Example[]): [string, Example][] {
  return examples.map((example) => [example.description, example]);
}

function onlyFrame(message: Parameters<typeof framesOf>[0]): Uint8Array {
  const [frame, ...others] = framesOf(message);
  if (frame === undefined || others.length > 0) throw new Error('a control message has one frame');
  return frame;
}

function hexOf(frames: readonly Uint8Array[]): string[] {
  return frames.map((frame) => Buffer.from(frame).toString('hex'));
}

function codeOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof PenstockError) return error.code;
    throw error;
  }
  return 'it was accepted';
}
