import { deferred, type Deferred } from '@penstock/runtime';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualTimers } from '../test/manual-timers.js';
import { encodeEntry } from './entry.js';
import { GroupedJournal } from './grouped-journal.js';
import { JournalError } from './journal-error.js';
import type { JournalEntry } from './journal.js';
import { RollCall } from './roll-call.js';
import { unopenedState } from './store-state.js';
import type { Store, StoreContents, StoreWrite } from './store.js';

/** A store whose writes a test ends. */
class HeldStore implements Store {
  readonly durability = 'disk';
  room = Infinity;
  looks = 0;
  failsToLook = false;
  readonly writes: { readonly write: StoreWrite; readonly end: Deferred<void> }[] = [];
  isClosed = false;

  open(): Promise<StoreContents> {
    return Promise.resolve({ state: { ...unopenedState, epoch: 1 }, live: new RollCall(), bytes: 0 });
  }
  *read(): Generator<JournalEntry> {
    for (let sequence = 1; sequence <= 2_500; sequence++)
      yield { sequence, kind: 1, bytes: new Uint8Array() };
  }
  write(write: StoreWrite): Promise<void> {
    const end = deferred<void>();
    this.writes.push({ write, end });
    return end.promise;
  }
  look(): Promise<void> {
    this.looks += 1;
    return this.failsToLook ? Promise.reject(new Error('the disk is on fire')) : Promise.resolve();
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

const full = new JournalError('JOURNAL_FULL', 'full');

describe('GroupedJournal', () => {
  let store: HeldStore;
  let timers: ManualTimers;
  let journal: GroupedJournal;
  let told: boolean[];

  beforeEach(async () => {
    store = new HeldStore();
    timers = new ManualTimers();
    told = [];
    journal = new GroupedJournal(store, { timers, random: () => 0.5, onFull: (isFull) => told.push(isFull) });
    await journal.open();
  });

  function commitOf(text: string): Promise<void> {
    journal.append(1, [Buffer.from(text)]);
    return journal.commit();
  }

  it('begins to write within the commit, and asks for one write at a time', async () => {
    const first = commitOf('a');
    expect(store.writes).toHaveLength(1);
    const second = commitOf('b');
    const third = commitOf('c');
    expect(store.writes).toHaveLength(1);
    store.writes[0]?.end.resolve();
    await first;
    await setImmediate();
    expect(store.writes, 'both of the others in one').toHaveLength(2);
    expect(store.writes[1]?.write).toEqual({
      entries: [
        { sequence: 2, stored: encodeEntry(2, 1, [Buffer.from('b')]) },
        { sequence: 3, stored: encodeEntry(3, 1, [Buffer.from('c')]) },
      ],
      drops: [],
      state: { epoch: 1, next: 4, entries: 3, digest: digestOf(1, 2, 3) },
    });
    store.writes[1]?.end.resolve();
    await Promise.all([second, third]);
  });

  it('writes the state as it was when the group was closed, not as it is', async () => {
    const first = commitOf('a');
    journal.append(1, []);
    journal.drop(1);
    expect(store.writes[0]?.write.state).toEqual({ epoch: 1, next: 2, entries: 1, digest: digestOf(1) });
    store.writes[0]?.end.resolve();
    await first;
  });

  it('does not write groups together without end', async () => {
    const large = Buffer.alloc(9 * 1024 * 1024);
    const commits = [0, 1, 2, 3].map(() => {
      journal.append(1, [large]);
      return journal.commit();
    });
    for (const count of [1, 2, 1]) {
      const { write, end } = store.writes.at(-1) ?? {};
      expect(write?.entries).toHaveLength(count);
      end?.resolve();
      await setImmediate();
    }
    await Promise.all(commits);
  });

  it('keeps a group while the disk is full, and says when that begins and ends', async () => {
    const first = commitOf('a');
    const second = commitOf('b');
    for (let attempt = 0; attempt < 3; attempt++) {
      store.writes[attempt]?.end.reject(full);
      await setImmediate();
      expect(store.writes, 'no try before its time').toHaveLength(attempt + 1);
      expect(timers.armed).toBe(1);
      timers.next();
      await setImmediate();
    }
    expect(told).toEqual([true]);
    expect(store.writes[3]?.write).toEqual(store.writes[0]?.write);
    store.writes[3]?.end.resolve();
    await first;
    expect(told).toEqual([true, false]);
    await setImmediate();
    store.writes[4]?.end.resolve();
    await second;
  });

  it('has room for as long as what waits fits twice into what the store has', async () => {
    store.room = 200;
    const first = commitOf('x'.repeat(40));
    expect(journal.hasRoom).toBe(true);
    const second = commitOf('x'.repeat(40));
    expect(journal.hasRoom).toBe(false);
    store.writes[0]?.end.resolve();
    await first;
    expect(journal.hasRoom).toBe(true);
    await setImmediate();
    store.writes[1]?.end.resolve();
    await second;
    expect(told).toEqual([]);
  });

  it('says that there is no more room before the disk is full, writes on, and looks for some when it has nothing to do', async () => {
    store.room = 0;
    const first = commitOf('a');
    store.writes[0]?.end.resolve();
    await first;
    await setImmediate();
    expect([told, journal.hasRoom]).toEqual([[true], false]);
    const second = commitOf('b');
    await setImmediate();
    expect(store.writes).toHaveLength(2);
    store.writes[1]?.end.resolve();
    await second;
    await setImmediate();
    timers.next();
    await setImmediate();
    expect([store.looks, told]).toEqual([1, [true]]);
    store.room = 100;
    timers.next();
    await setImmediate();
    expect([store.looks, told, journal.hasRoom]).toEqual([2, [true, false], true]);
    expect(timers.armed).toBe(0);
  });

  it('knows from the start that there is no room, and takes what comes when there is', async () => {
    const fullStore = new HeldStore();
    fullStore.room = 0;
    const opened = new GroupedJournal(fullStore, { timers, onFull: (isFull) => told.push(isFull) });
    await opened.open();
    expect([told, opened.hasRoom]).toEqual([[true], false]);
    fullStore.room = 100;
    await setImmediate();
    timers.next();
    await setImmediate();
    expect([told, opened.hasRoom]).toEqual([[true, false], true]);
    await opened.close();
  });

  it('is dead when it cannot be told how much room there is', async () => {
    store.room = 0;
    const first = commitOf('a');
    store.writes[0]?.end.resolve();
    await first;
    await setImmediate();
    store.failsToLook = true;
    timers.next();
    await setImmediate();
    expect(() => journal.append(1, [])).toThrow('on fire');
    await journal.close();
  });

  it('writes the first group alone when there is no room for all that wait', async () => {
    const first = commitOf('a');
    const [second, third] = [commitOf('b'), commitOf('c')];
    store.writes[0]?.end.resolve();
    await first;
    await setImmediate();
    expect(store.writes[1]?.write.entries).toHaveLength(2);
    store.writes[1]?.end.reject(full);
    await setImmediate();
    expect(store.writes[2]?.write.entries).toHaveLength(1);
    store.writes[2]?.end.resolve();
    await second;
    await setImmediate();
    store.writes[3]?.end.resolve();
    await third;
    expect(told).toEqual([true, false]);
  });

  it('rejects what waits for a full disk when it is closed, after a last try', async () => {
    const first = commitOf('a');
    const second = commitOf('b');
    const outcomes = Promise.allSettled([first, second]);
    store.writes[0]?.end.reject(full);
    await setImmediate();
    const closed = journal.close();
    await setImmediate();
    expect(timers.armed).toBe(0);
    store.writes[1]?.end.reject(full);
    await closed;
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: full },
      { status: 'rejected', reason: full },
    ]);
    expect(store.isClosed).toBe(true);
  });

  it('is dead once a write has failed: everything that waits and comes later fails with the same error', async () => {
    const outcomes = Promise.allSettled([commitOf('a'), commitOf('b')]);
    store.writes[0]?.end.reject(new Error('the disk is on fire'));
    const [first, second] = await outcomes;
    expect(first).toMatchObject({
      reason: { code: 'JOURNAL_FAILED', message: 'The journal failed: the disk is on fire.' },
    });
    expect(second).toEqual(first);
    expect(() => journal.append(1, [])).toThrow('on fire');
    expect(() => journal.drop(1)).toThrow('on fire');
    await expect(journal.commit()).rejects.toMatchObject({ code: 'JOURNAL_FAILED' });
    expect(store.writes).toHaveLength(1);
    await journal.close();
    expect(store.isClosed).toBe(true);
  });

  it('lets others have their turn during a long replay', async () => {
    let count = 0;
    const replay = (async () => {
      for await (const { sequence } of journal.replay()) count = sequence;
    })();
    await setImmediate();
    expect(count).toBe(1_000);
    while (timers.next()) await setImmediate();
    await replay;
    expect(count).toBe(2_500);
  });
});

function digestOf(...numbers: number[]): readonly [number, number] {
  const rollCall = new RollCall();
  for (const number of numbers) rollCall.add(number);
  return rollCall.digest;
}
