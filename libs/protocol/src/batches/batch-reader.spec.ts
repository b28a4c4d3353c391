import { describe, expect, it } from 'vitest';
import { unpack } from '../../test/batch-kind.js';
import { batchKinds, batchKindNamed } from '../../test/batch-kinds.js';
import { framesOf, readGolden, recordOf, type GoldenBatch } from '../../test/golden.js';
import { HEAD_BYTES, viewOf, writeHead, Kind } from '../frame.js';
import { EMPTY, type Bytes } from './batch-writer.js';
import { limits } from '../limits.js';
import { CRITICAL_OPTION } from './batch-reader.js';
import { isRuleTag, RuleTag } from '../rules/rule-tags.js';
import { SettledReader, SettledWriter } from './settled.js';
import { SubmitReader, SubmitWriter } from './submit.js';

const session = { epoch: 3, number: 258 };
const idView = viewOf(new Uint8Array(16));

function goldenFrames(kind: string): Uint8Array[][] {
  return readGolden<GoldenBatch[]>(kind).map(framesOf);
}

/** A reader at the only task of a batch, which has the given option block. */
function submitted(options: Bytes): SubmitReader {
  const task = { name: 'a', userId: undefined, priority: 0, contentType: 0, payload: EMPTY } as const;
  const writer = new SubmitWriter();
  writer.add(idView, 0, { ...task, options });
  const reader = new SubmitReader().open(writer.take(session) ?? []);
  reader.next();
  return reader;
}

describe.each(batchKinds)('a reader of $name', (kind) => {
  it('takes a batch of no records', () => {
    const frame = new Uint8Array(HEAD_BYTES + 2);
    writeHead(viewOf(frame), { kind: Kind[kind.name], flags: 0, ...session, count: 0, stringsBytes: 2 });
    expect(unpack(kind, [frame])).toEqual({ session, records: [] });
  });

  it('is used again for batch after batch, and begins each one anew', () => {
    const reader = kind.newReader();
    const examples = readGolden<GoldenBatch[]>(kind.name);
    for (const { decoded, ...message } of [...examples, ...examples.toReversed()]) {
      reader.open(framesOf(message));
      for (const record of decoded.records.map(recordOf)) {
        expect(reader.next()).toBe(true);
        expect(kind.read(reader)).toEqual(record);
      }
      expect(reader.next()).toBe(false);
      expect(reader.next()).toBe(false);
    }
  });

  it('walks a batch a second time after a rewind', () => {
    for (const frames of goldenFrames(kind.name)) {
      const reader = kind.newReader().open(frames);
      const walk = () => {
        const records = [];
        while (reader.next()) records.push(kind.read(reader));
        return records;
      };
      const first = walk();
      reader.rewind();
      expect(walk()).toEqual(first);
    }
  });

  it('has no record of a batch that it refused, nor of the one before', () => {
    const reader = kind.newReader();
    const [good = []] = goldenFrames(kind.name);
    const [frame = new Uint8Array()] = good;
    for (let length = 0; length < frame.byteLength; length++) {
      reader.open(good);
      expect(() => reader.open([frame.subarray(0, length)])).toThrow(
        expect.objectContaining({ code: 'MALFORMED_FRAME' }),
      );
      expect(reader.next()).toBe(false);
      reader.rewind();
      expect(reader.next()).toBe(false);
    }
  });
});

describe('a batch at a limit', () => {
  it('may have as many records as a batch may have', () => {
    const [good = []] = goldenFrames('collected');
    const frame = Buffer.alloc(HEAD_BYTES + 16 * limits.batchRecords + 2);
    frame.set(good[0]?.subarray(0, HEAD_BYTES) ?? []);
    frame.writeUInt32LE(limits.batchRecords, 16);
    expect(unpack(batchKindNamed('collected'), [frame]).records).toHaveLength(limits.batchRecords);
  });

  it('may have as many strings as a table may have', () => {
    const [good = []] = goldenFrames('collected');
    const frame = Buffer.alloc(HEAD_BYTES + 2 + 2 * limits.batchStrings);
    frame.set(good[0]?.subarray(0, HEAD_BYTES) ?? []);
    frame.writeUInt32LE(0, 16);
    frame.writeUInt32LE(2 + 2 * limits.batchStrings, 20);
    frame.writeUInt16LE(limits.batchStrings, HEAD_BYTES);
    expect(unpack(batchKindNamed('collected'), [frame]).records).toEqual([]);
  });

  it('may have an option block of as many bytes as one may have', () => {
    const buffer = new Uint8Array(limits.optionsBytes);
    viewOf(buffer).setUint16(2, limits.optionsBytes - 4, true);
    const reader = submitted({ buffer, offset: 0, length: limits.optionsBytes });
    expect(reader.optionsLength).toBe(limits.optionsBytes);
  });
});

describe('the options of a task', () => {
  const kind = batchKindNamed('submit');

  function firstCritical(tags: readonly number[]): number | undefined {
    const buffer = Buffer.alloc(tags.length * 5);
    tags.forEach((tag, index) => {
      buffer.writeUInt16LE(tag, index * 5);
      buffer.writeUInt16LE(1, index * 5 + 2);
    });
    return submitted({ buffer, offset: 0, length: buffer.byteLength }).criticalOption;
  }

  it('name the first critical one that is not known by its number', () => {
    expect(firstCritical([])).toBeUndefined();
    expect(firstCritical([1, 0x7fff])).toBeUndefined();
    expect(firstCritical([1, CRITICAL_OPTION | 77, CRITICAL_OPTION | 78])).toBe(77);
    expect(firstCritical([CRITICAL_OPTION])).toBe(0);
  });

  it('name no rule of delivery: those are known', () => {
    const rules = Object.values(RuleTag);
    expect(firstCritical(rules)).toBeUndefined();
    expect(firstCritical([...rules, RuleTag.durability + 1])).toBe(10);
  });

  it('are found in every record of the golden batches', () => {
    for (const { decoded, ...message } of readGolden<GoldenBatch[]>('submit')) {
      const reader = kind.newReader().open(framesOf(message));
      for (const { options = [] } of decoded.records) {
        reader.next();
        const unknown = options.find(({ critical, tag }) => critical && !isRuleTag(CRITICAL_OPTION | tag));
        expect(reader.criticalOption).toBe(unknown?.tag);
      }
    }
  });
});

describe('a reader of settled', () => {
  it('reads the whole verdict, so that an unknown one is not taken for a known one', () => {
    const writer = new SettledWriter();
    writer.add(idView, 0, { epoch: 1, attempt: 1, slot: 1 }, 0);
    const [frame = new Uint8Array()] = writer.take(session) ?? [];
    viewOf(frame).setUint32(HEAD_BYTES + 28, 0x100, true);
    const reader = new SettledReader().open([frame]);
    reader.next();
    expect(reader.verdict).toBe(0x100);
  });
});

describe('a frame that lies within a larger buffer', () => {
  it('is read like one of its own', () => {
    for (const kind of batchKinds) {
      for (const { decoded, ...message } of readGolden<GoldenBatch[]>(kind.name)) {
        const frames = framesOf(message).map((frame) => {
          const larger = Buffer.alloc(frame.byteLength + 20, 0xee);
          larger.set(frame, 7);
          return larger.subarray(7, 7 + frame.byteLength);
        });
        expect(unpack(kind, frames).records).toEqual(decoded.records.map(recordOf));
      }
    }
  });
});
