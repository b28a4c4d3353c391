import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { id } from '../test/arbitraries.js';
import { readGolden } from '../test/golden.js';
import { PenstockError } from './errors.js';
import { viewOf } from './frame.js';
import { isTaskIdOf, parseTaskId, readTaskId, TaskIdMinter, userHash, writeTaskId } from './ids.js';

interface TaskIdExamples {
  readonly hashes: readonly { readonly userId: string; readonly hash: number }[];
  readonly minted: readonly {
    readonly wallMs: number;
    readonly random: readonly [number, number];
    readonly userId: string | null;
    readonly ids: readonly string[];
  }[];
  readonly invalid: readonly string[];
}

const golden = readGolden<TaskIdExamples>('task-ids');

describe('userHash', () => {
  it.each(golden.hashes)('gives $hash for $userId', ({ userId, hash }) => {
    expect(userHash(userId)).toBe(hash);
  });

  it('takes no user and an empty one for anonymous', () => {
    expect(userHash(undefined)).toBe(userHash('anonymous'));
    expect(userHash('')).toBe(userHash('anonymous'));
  });
});

describe('TaskIdMinter', () => {
  it.each(golden.minted)('mints $ids at $wallMs', ({ wallMs, random, userId, ids }) => {
    const minter = new TaskIdMinter(() => wallMs, inTurn(random));
    expect(ids.map(() => minter.mint(userId ?? undefined))).toEqual(ids);
  });

  it('mints UUIDs of version 7 that carry the time and the hash of their user', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
          minLength: 2,
          maxLength: 2,
        }),
        fc.string({ unit: 'binary' }),
        (wallMs, random, userId) => {
          const minted = new TaskIdMinter(() => wallMs, inTurn(random)).mint(userId);
          expect(parseTaskId(minted)).toBe(minted);
          expect(parseInt(minted.replace('-', '').slice(0, 12), 16)).toBe(wallMs);
          const bytes = new Uint8Array(16);
          writeTaskId(minted, bytes, 0);
          expect(isTaskIdOf(viewOf(bytes), 0, userHash(userId))).toBe(true);
          expect(isTaskIdOf(viewOf(bytes), 0, userHash(userId) ^ 1)).toBe(false);
        },
      ),
    );
  });

  it('orders the ids of a user by time, and never mints one twice within a millisecond', () => {
    let now = 1_760_000_000_000;
    const minter = new TaskIdMinter(() => now, inTurn([0.5, 0.1]));
    const ids: string[] = [];
    for (let index = 0; index < 2_000; index++) {
      if (index % 100 === 0) now += 70_000;
      ids.push(minter.mint('john'));
    }
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives back the last 32 bits of the id it wrote, and leaves the bytes around it alone', () => {
    const bytes = new Uint8Array(20).fill(0xee);
    const view = viewOf(bytes);
    const minter = new TaskIdMinter(() => 1, inTurn([0, 0.5]));
    expect(minter.mintInto(view, 2, userHash('john'))).toBe(2 ** 31 + 1);
    expect(view.getUint32(14)).toBe(2 ** 31 + 1);
    expect([...bytes.subarray(0, 2), ...bytes.subarray(18)]).toEqual([0xee, 0xee, 0xee, 0xee]);
  });
});

describe('parseTaskId', () => {
  it.each(golden.invalid)('refuses "%s"', (text) => {
    expect(() => parseTaskId(text)).toThrow(expect.objectContaining({ code: 'INVALID_TASK_ID' }));
  });

  it('takes upper case and gives lower case', () => {
    expect(parseTaskId('0199C82C-C000-73C3-9ABC-DEF001020304')).toBe('0199c82c-c000-73c3-9abc-def001020304');
  });

  it('quotes no more than the beginning of what it refuses', () => {
    expect(() => parseTaskId('x'.repeat(10_000))).toThrow(PenstockError);
    expect(() => parseTaskId('x'.repeat(10_000))).toThrow(/^.{0,120}$/);
  });
});

describe('readTaskId and writeTaskId', () => {
  it('are each the inverse of the other for any 16 bytes, at any offset', () => {
    fc.assert(
      fc.property(id, fc.nat(9), (any, offset) => {
        const bytes = new Uint8Array(32);
        writeTaskId(any, bytes, offset);
        expect(readTaskId(bytes, offset)).toBe(any);
        bytes.fill(0, offset, offset + 16);
        expect(bytes.every((byte) => byte === 0)).toBe(true);
      }),
    );
  });
});

describe('isTaskIdOf', () => {
  it.each(golden.invalid.filter((text) => text.length === 36 && /^[0-9a-f-]+$/.test(text)))(
    'refuses %s, which is no UUID of version 7',
    (text) => {
      const bytes = new Uint8Array(16);
      writeTaskId(text as ReturnType<typeof parseTaskId>, bytes, 0);
      expect(isTaskIdOf(viewOf(bytes), 0, 0xabc)).toBe(false);
    },
  );
});

function inTurn(values: readonly number[]): () => number {
  const left = values.values();
  return () => left.next().value ?? 0;
}
