import { seededRandom } from '@penstock/runtime';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder } from '../../test/folders.js';
import { encodeEntry } from '../entry.js';
import { entryKey } from './keys.js';
import { openLmdb } from './open-lmdb.js';
import { roomFor } from './room.js';

const SEED = 5;
const WRITES = 150;

/** What a write has, in turn: how many entries of how many bytes, and how many drops. */
const shapes = [
  { entries: 1, bytes: 100, drops: 0 },
  { entries: 2_000, bytes: 130, drops: 100 },
  { entries: 30, bytes: 1_020, drops: 0 },
  { entries: 40, bytes: 2_040, drops: 50 },
  { entries: 20, bytes: 60_000, drops: 10 },
  { entries: 0, bytes: 0, drops: 1_500 },
  { entries: 1, bytes: 4_000_000, drops: 1 },
];

it('is never less than what LMDB takes', async () => {
  const database = openLmdb(join(await newFolder(), 'room.mdb'), { readOnly: false, mapBytes: 2 ** 34 });
  const random = seededRandom(SEED);
  const live: number[] = [];
  let next = 1;
  for (let write = 0; write < WRITES; write++) {
    const shape = shapes[write % shapes.length] ?? { entries: 0, bytes: 0, drops: 0 };
    const entries = Array.from({ length: shape.entries }, () => {
      const sequence = next++;
      return {
        sequence,
        stored: encodeEntry(sequence, 1, [Buffer.alloc(Math.ceil(shape.bytes * random()))]),
      };
    });
    const drops = Array.from({ length: Math.min(shape.drops, live.length) }, () => {
      const [sequence = 0] = live.splice(Math.floor(random() * live.length), 1);
      return sequence;
    });
    const { used, needed } = roomFor(database, { entries, drops });
    await database.batch(() => {
      for (const { sequence, stored } of entries) void database.put(entryKey(sequence), stored);
      for (const sequence of drops) void database.remove(entryKey(sequence));
    });
    live.push(...entries.map(({ sequence }) => sequence));
    const after = roomFor(database, { entries: [], drops: [] }).used;
    expect(after, `write ${write}, seed ${SEED}`).toBeLessThanOrEqual(used + needed - 1024 * 1024);
  }
  await database.close();
});
