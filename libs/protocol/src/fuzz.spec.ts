import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchKind } from '../test/batch-kind.js';
import { batchKinds } from '../test/batch-kinds.js';
import { framesOf, readGolden, type GoldenBatch, type GoldenEnvelope } from '../test/golden.js';
import { mutated } from '../test/mutations.js';
import type { BatchReader } from './batches/batch-reader.js';
import { decodeEnvelope } from './envelope.js';
import { PenstockError } from './errors.js';
import { FrameSplitter } from './frame-stream.js';
import { HEAD_BYTES, Kind, viewOf, writeHead } from './frame.js';
import { limits } from './limits.js';

const refusals = {
  batch: ['MALFORMED_FRAME', 'UNSUPPORTED_VERSION', 'UNKNOWN_KIND', 'TOO_LARGE'],
  envelope: ['MALFORMED_FRAME', 'UNSUPPORTED_VERSION', 'INVALID_MESSAGE', 'TOO_LARGE'],
  stream: ['MALFORMED_FRAME', 'TOO_LARGE'],
};

/** What `read` gives, or the code with which it refuses; any other error is a finding. */
function attempt<Read>(read: () => Read, codes: readonly string[]): Read | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof PenstockError && codes.includes(error.code)) return error.code;
    throw error;
  }
}

/** The same frames in the middle of buffers whose other bytes are `filler`: who reads outside gives itself away. */
function surrounded(frames: readonly Uint8Array[], filler: number): Uint8Array[] {
  return frames.map((frame) => {
    const buffer = Buffer.alloc(frame.byteLength + 128, filler);
    buffer.set(frame, 64);
    return buffer.subarray(64, 64 + frame.byteLength);
  });
}

function walk(kind: BatchKind, reader: BatchReader, frames: readonly Uint8Array[]): unknown[] {
  const records: unknown[] = [];
  reader.open(frames);
  while (reader.next()) {
    const { payloadOffset, payloadLength, optionsOffset, optionsLength, criticalOption } = reader;
    if (payloadOffset + payloadLength > reader.payloadFrame.byteLength)
      throw new Error('payload out of bounds');
    if (optionsOffset + optionsLength > reader.frame.byteLength) throw new Error('options out of bounds');
    records.push(kind.read(reader), criticalOption);
  }
  return records;
}

/** Any bytes, and any bytes behind a head that promises little enough to be believed. */
function anyFrames(kind: number): fc.Arbitrary<Uint8Array[]> {
  const bytes = fc.uint8Array({ maxLength: 160 });
  const headed = fc
    .tuple(fc.nat(1), fc.nat(3), fc.nat(24), bytes)
    .map(([flags, count, stringsBytes, rest]) => {
      const frame = new Uint8Array(HEAD_BYTES + rest.byteLength);
      writeHead(viewOf(frame), { kind, flags, epoch: 1, number: 1, count, stringsBytes });
      frame.set(rest, HEAD_BYTES);
      return frame;
    });
  return fc.array(fc.oneof(bytes, { weight: 3, arbitrary: headed }), { minLength: 1, maxLength: 2 });
}

describe.each(batchKinds)('a reader of $name', (kind) => {
  // One reader for all runs, as in production; what it gives must not depend on what it read before.
  const used = kind.newReader();
  const tally = { read: 0, refused: 0 };

  function check(frames: readonly Uint8Array[]): void {
    const result = attempt(() => walk(kind, used, surrounded(frames, 0x00)), refusals.batch);
    const again = attempt(() => walk(kind, kind.newReader(), surrounded(frames, 0xff)), refusals.batch);
    expect(again).toEqual(result);
    tally[typeof result === 'string' ? 'refused' : 'read'] += 1;
  }

  it('reads or refuses any bytes', () => {
    fc.assert(fc.property(anyFrames(Kind[kind.name]), check), { numRuns: 2_000 });
  });

  it('reads or refuses good messages after some harm', () => {
    const messages = readGolden<GoldenBatch[]>(kind.name).map(framesOf);
    fc.assert(fc.property(mutated(messages), check), { numRuns: 3_000 });
    expect(tally.read).toBeGreaterThan(50);
    expect(tally.refused).toBeGreaterThan(50);
  });
});

describe('decodeEnvelope', () => {
  const messages = readGolden<GoldenEnvelope[]>('envelope').map(framesOf);
  const tally = { read: 0, refused: 0 };

  function check([frame = new Uint8Array()]: readonly Uint8Array[]): void {
    const decode = (filler: number): unknown => {
      const [inside = frame] = surrounded([frame], filler);
      return decodeEnvelope(inside).envelope;
    };
    const result = attempt(() => decode(0x00), refusals.envelope);
    expect(attempt(() => decode(0xff), refusals.envelope)).toEqual(result);
    tally[typeof result === 'string' ? 'refused' : 'read'] += 1;
    if (typeof result === 'string') return;
    const { pattern, id } = result as { pattern?: unknown; id?: unknown };
    expect([typeof pattern, typeof id]).toContain('string');
    expect(depthOf(result)).toBeLessThanOrEqual(limits.envelopeDepth);
    expect(JSON.stringify(result)).not.toContain('"__proto__":');
  }

  it('reads or refuses any bytes', () => {
    fc.assert(fc.property(anyFrames(Kind.envelope), check), { numRuns: 3_000 });
  });

  it('reads or refuses good messages after some harm', () => {
    fc.assert(fc.property(mutated(messages), check), { numRuns: 5_000 });
    expect(tally.read).toBeGreaterThan(50);
    expect(tally.refused).toBeGreaterThan(50);
  });

  it('reads or refuses any JSON, with the keys that it looks at in any place', () => {
    const key = fc.constantFrom('pattern', 'id', 'data', 'response', 'err', '__proto__', 'constructor', 'a');
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof({ depthSize: 'medium' }, fc.json(), tie('list'), tie('object')),
      list: fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.map(String).join()}]`),
      object: fc
        .array(fc.tuple(key, tie('json')), { maxLength: 4 })
        .map((entries) => `{${entries.map(([name, value]) => `"${name}":${String(value)}`).join()}}`),
    }));
    const head = (messages[0]?.[0] ?? new Uint8Array()).subarray(0, HEAD_BYTES);
    const frame = json.map((text) => [Buffer.concat([head, Buffer.from(String(text))])]);
    fc.assert(fc.property(frame, check), { numRuns: 3_000 });
  });
});

describe('FrameSplitter', () => {
  it('takes or refuses any stream, and never holds or hands on more than it may', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc
        .constantFrom([0, 0, 0, 0], [3, 0, 0, 0x80], [20, 0, 0, 0], [1, 0, 0, 0])
        .map((bytes) => Buffer.from([...Buffer.from('PIPE'), ...bytes])),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 12 }), (chunks) => {
        const splitter = new FrameSplitter((frames) => {
          expect([1, 2]).toContain(frames.length);
          for (const frame of frames) expect(frame.byteLength).toBeLessThanOrEqual(20);
        }, 20);
        attempt(() => chunks.forEach((bytes) => splitter.push(Buffer.from(bytes))), refusals.stream);
      }),
      { numRuns: 3_000 },
    );
  });
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
