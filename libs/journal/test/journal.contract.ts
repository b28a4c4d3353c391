import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Durability, Journal, JournalEntry } from '../src/journal.js';
import { expectSameAsModel, stepsArbitrary } from './journal-model.js';

/** One place where journals keep what they keep, for one test. */
export interface JournalWorld {
  /** A journal that has not been opened; like a process that starts. */
  make(): Journal;
  /** What happens to the one that is open when its process is killed while it does nothing. */
  kill(journal: Journal): Promise<void>;
  /** Lets the next process open the journal although this one has it: all that protects it then is the epoch. */
  evict(): Promise<void>;
  dispose(): Promise<void>;
}

/** What is known of an engine. */
export interface JournalEngine {
  readonly durability: Durability;
  /** False: it keeps nothing, and each open is the first. */
  readonly keeps: boolean;
  /** Runs of the property test. */
  readonly runs: number;
  world(): Promise<JournalWorld>;
}

/** What every engine must do, whatever it keeps entries in. */
export function journalContract(name: string, engine: JournalEngine): void {
  describe(`${name}, as any journal`, () => {
    let world: JournalWorld;

    beforeEach(async () => {
      world = await engine.world();
    });
    afterEach(async () => {
      await world.dispose();
    });

    async function opened(): Promise<Journal> {
      const journal = world.make();
      await journal.open();
      return journal;
    }

    /** What is to be replayed, by an engine that keeps it. */
    const kept = <T>(entries: readonly T[]): readonly T[] => (engine.keeps ? entries : []);

    it('says what a commit of it means', () => {
      expect(world.make().durability).toBe(engine.durability);
    });

    it('begins empty, in its first epoch', async () => {
      const journal = world.make();
      expect(await journal.open()).toEqual({ epoch: 1, entries: 0, bytes: 0 });
      expect(await replayed(journal)).toEqual([]);
      await journal.close();
    });

    it('gives numbers that rise by one, at once', async () => {
      const journal = await opened();
      expect([journal.append(1, []), journal.append(1, [bytes('x')]), journal.append(2, [])]).toEqual([
        1, 2, 3,
      ]);
      await journal.commit();
      expect(journal.append(1, [])).toBe(4);
      await journal.close();
    });

    it('replays what was committed, as it was appended and in that order', async () => {
      const journal = await opened();
      const large = Buffer.alloc(3_000_000, 'large');
      journal.append(7, [bytes('in '), bytes(''), bytes('parts')]);
      journal.append(0, []);
      await journal.commit();
      journal.append(255, [large]);
      await journal.commit();
      const expected = kept([
        { sequence: 1, kind: 7, text: 'in parts' },
        { sequence: 2, kind: 0, text: '' },
        { sequence: 3, kind: 255, text: large.toString() },
      ]);
      expect(await replayed(journal)).toEqual(expected);
      expect(await replayed(journal), 'again').toEqual(expected);
      await journal.close();
    });

    it('copies what it is given before it returns, and gives away what it replays', async () => {
      const journal = await opened();
      const part = bytes('as it was');
      journal.append(1, [part]);
      part.fill(0);
      await journal.commit();
      for await (const entry of journal.replay()) entry.bytes.fill(0);
      expect(await replayed(journal)).toEqual(kept([{ sequence: 1, kind: 1, text: 'as it was' }]));
      await journal.close();
    });

    it('lets go of what is dropped', async () => {
      const journal = await opened();
      for (const text of ['a', 'b', 'c', 'd']) journal.append(1, [bytes(text)]);
      await journal.commit();
      journal.drop(2);
      journal.drop(4);
      await journal.commit();
      expect((await replayed(journal)).map(({ sequence }) => sequence)).toEqual(kept([1, 3]));
      await journal.close();
    });

    it('keeps nothing of an entry that is appended and dropped in one group', async () => {
      const journal = await opened();
      journal.drop(journal.append(1, [bytes('brief')]));
      await journal.commit();
      expect(await replayed(journal)).toEqual([]);
      await journal.close();
    });

    it('takes it for a bug when an entry is dropped that does not live', async () => {
      const journal = await opened();
      journal.append(1, []);
      journal.drop(1);
      expect(() => journal.drop(1)).toThrow('entry 1 lives');
      expect(() => journal.drop(2)).toThrow('entry 2 lives');
      await journal.close();
    });

    it('resolves groups in the order of their commits, however many are under way', async () => {
      const journal = await opened();
      const order: number[] = [];
      const commits = Array.from({ length: 50 }, (_, index) => {
        journal.append(1, [Buffer.alloc(((index * 7_919) % 10) * 2_000)]);
        return journal.commit().then(() => order.push(index));
      });
      await Promise.all(commits);
      expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
      expect(await replayed(journal)).toHaveLength(kept(order).length);
      await journal.close();
    });

    it('resolves a commit of nothing after those before it', async () => {
      const journal = await opened();
      await journal.commit();
      const order: string[] = [];
      journal.append(1, []);
      const first = journal.commit().then(() => order.push('something'));
      const second = journal.commit().then(() => order.push('nothing'));
      await Promise.all([first, second]);
      expect(order).toEqual(['something', 'nothing']);
      await journal.close();
    });

    it('finds what was committed when it is opened again, in the next epoch', async () => {
      const first = await opened();
      first.append(1, [bytes('stays')]);
      first.append(1, [bytes('goes')]);
      await first.commit();
      first.drop(2);
      await first.commit();
      await first.close();

      const second = world.make();
      expect(await second.open()).toEqual(
        engine.keeps ? { epoch: 2, entries: 1, bytes: 5 } : { epoch: 1, entries: 0, bytes: 0 },
      );
      expect(await replayed(second)).toEqual(kept([{ sequence: 1, kind: 1, text: 'stays' }]));
      await second.close();
    });

    it('never gives a number again, though the last entries were dropped', async () => {
      const first = await opened();
      for (let count = 0; count < 3; count++) first.append(1, []);
      await first.commit();
      for (const sequence of [1, 2, 3]) first.drop(sequence);
      await first.commit();
      await first.close();

      const second = await opened();
      expect(second.append(1, [])).toBe(engine.keeps ? 4 : 1);
      await second.close();
    });

    it('waits for the groups that are under way when it is closed', async () => {
      const first = await opened();
      let isDone = false;
      first.append(1, [bytes('committed')]);
      const commit = first.commit().then(() => (isDone = true));
      await first.close();
      expect(isDone).toBe(true);
      await commit;

      const second = await opened();
      expect(await replayed(second)).toHaveLength(kept([1]).length);
      await second.close();
    });

    it('forgets what was gathered and not committed', async () => {
      const first = await opened();
      first.append(1, [bytes('kept')]);
      await first.commit();
      first.append(1, [bytes('only gathered')]);
      first.drop(1);
      await first.close();

      const second = await opened();
      expect(await replayed(second)).toEqual(kept([{ sequence: 1, kind: 1, text: 'kept' }]));
      await second.close();
    });

    it('finds what was committed after its process was killed', async () => {
      const first = await opened();
      first.append(1, [bytes('acknowledged')]);
      await first.commit();
      first.append(1, [bytes('only gathered')]);
      await world.kill(first);

      const second = await opened();
      expect((await replayed(second)).map(({ text }) => text)).toEqual(kept(['acknowledged']));
      await second.close();
    });

    it('takes no part in anything before it is opened and after it is closed', async () => {
      const journal = world.make();
      expect(() => journal.append(1, [])).toThrow('the journal is open');
      await journal.open();
      await Promise.all([journal.close(), journal.close()]);
      await journal.close();
      expect(() => journal.append(1, [])).toThrow('the journal is open');
      expect(() => journal.drop(1)).toThrow('the journal is open');
      expect(() => journal.commit()).toThrow('the journal is open');
      await expect(replayed(journal)).rejects.toThrow('the journal is open');
      await expect(async () => journal.open()).rejects.toThrow('opened once');
    });

    it('no longer commits what an owner wants whose journal another one has taken', async () => {
      const first = await opened();
      first.append(1, [bytes('before')]);
      await first.commit();
      await world.evict();
      const second = await opened();
      second.append(2, [bytes('of the new owner')]);
      await second.commit();

      first.append(1, [bytes('of the old owner')]);
      const whatFollows = async (): Promise<unknown> => {
        try {
          await first.commit();
          return first.append(1, []);
        } catch (error) {
          return (error as { code?: unknown }).code;
        }
      };
      expect(await whatFollows()).toBe(engine.keeps ? 'JOURNAL_FENCED' : 3);
      expect(await whatFollows(), 'later').toBe(engine.keeps ? 'JOURNAL_FENCED' : 4);
      expect((await replayed(second)).map(({ text }) => text)).toEqual(kept(['before', 'of the new owner']));
      await first.close();
      await second.close();
    });

    it('is as a map of what was committed, whatever happens to it', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(stepsArbitrary, async (steps) => {
          const place = await engine.world();
          try {
            await expectSameAsModel(place, engine.keeps, steps);
          } finally {
            await place.dispose();
          }
        }),
        { numRuns: engine.runs },
      );
    });
  });
}

/** Everything that a journal replays, as text. */
export async function replayed(
  journal: Journal,
): Promise<{ sequence: number; kind: number; text: string }[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of journal.replay()) entries.push(entry);
  // Only now: what was replayed first must not have been written over since.
  return entries.map(({ sequence, kind, bytes: content }) => ({
    sequence,
    kind,
    text: Buffer.from(content).toString(),
  }));
}

function bytes(text: string): Buffer {
  return Buffer.from(text);
}
