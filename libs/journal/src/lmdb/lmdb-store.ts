import { invariant } from '@penstock/runtime';
import { IF_EXISTS } from 'lmdb';
import { mkdir, stat } from 'node:fs/promises';
import { asBuffer } from '../as-buffer.js';
import { decodeEntry, isFault } from '../entry.js';
import { asJournalError, JournalError } from '../journal-error.js';
import type { JournalEntry } from '../journal.js';
import { RollCall } from '../roll-call.js';
import { unopenedState, type StoreState } from '../store-state.js';
import type { Store, StoreContents, StoreWrite } from '../store.js';
import type { CheckReport } from './check-report.js';
import { checkFile } from './check.js';
import { filesOf, type JournalFiles } from './journal-folder.js';
import { entryKey, sequenceAt, stateKey } from './keys.js';
import { fillLockFile } from './lock-file.js';
import { NewJournal } from './new-journal.js';
import { unpackRuns } from './number-runs.js';
import { openLmdb, type Database } from './open-lmdb.js';
import { Ownership } from './ownership.js';
import { Reserve } from './reserve.js';
import { roomFor } from './room.js';
import { encodeState } from '../state-record.js';
import { commitError } from './commit-error.js';

/** Keeps entries in an LMDB file in a folder of its own. */
export class LmdbStore implements Store {
  readonly durability = 'disk';
  private readonly files: JournalFiles;
  private ownership: Ownership | undefined;
  private database: Database | undefined;
  private reserve: Reserve | undefined;
  room = 0;

  /**
   * @param bytesMax how far the data file may grow
   */
  constructor(
    folder: string,
    private readonly bytesMax: number,
  ) {
    this.files = filesOf(folder);
  }

  async open(): Promise<StoreContents> {
    const { folder, data } = this.files;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.ownership = await Ownership.take(folder);
    try {
      const isNew = !(await exists(data));
      if (isNew) await (await NewJournal.begin(folder)).finish(unopenedState);
      await fillLockFile(this.files.lock);
      const report = isNew ? reportOfNew(data) : await checkFile(data);
      const { state } = report;
      mustBeSound(report);
      invariant(state !== undefined, 'JNL-021', 'a sound journal has a state');
      this.database = openLmdb(data, { readOnly: false, mapBytes: mapBytesFor(this.bytesMax) });
      this.reserve = await Reserve.open(data, this.bytesMax);
      return await this.beginEpoch(state, report);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  *read(): Generator<JournalEntry> {
    for (const { key, value } of this.opened().getRange({ start: entryKey(0) })) {
      const sequence = sequenceAt(key);
      const entry = sequence === undefined ? { problem: 'has no number' } : decodeEntry(sequence, value);
      if (isFault(entry)) {
        const { data } = this.files;
        throw damaged(`The entry ${sequence} ${entry.problem}.`, data, { file: data, sequence });
      }
      yield entry;
    }
  }

  async write({ entries, drops, state }: StoreWrite): Promise<void> {
    const database = this.opened();
    const fence = stateKey(state.epoch);
    await this.makeRoom({ entries, drops });
    await this.commit(fence, () => {
      for (const { sequence, stored } of entries) void database.put(entryKey(sequence), asBuffer(stored));
      for (const sequence of drops) void database.remove(entryKey(sequence));
      void database.put(fence, encodeState(state));
    });
  }

  async look(): Promise<void> {
    try {
      await this.makeRoom({ entries: [], drops: [] });
    } catch (error) {
      if (asJournalError(error).code !== 'JOURNAL_FULL') throw error;
    }
  }

  async close(): Promise<void> {
    const { database, reserve, ownership } = this;
    this.database = undefined;
    this.reserve = undefined;
    this.ownership = undefined;
    await database?.close();
    await reserve?.close();
    await ownership?.release();
  }

  /** The key of the state moves to the new epoch: who holds the old one finds no fence any more. */
  private async beginEpoch(last: StoreState, report: CheckReport): Promise<StoreContents> {
    const database = this.opened();
    const live = new RollCall();
    for (const sequence of unpackRuns(report.runs)) live.add(sequence);
    const state = { ...last, epoch: last.epoch + 1 };
    await this.makeRoom({ entries: [], drops: [] });
    await this.commit(stateKey(last.epoch), () => {
      void database.remove(stateKey(last.epoch));
      void database.put(stateKey(state.epoch), encodeState(state));
    });
    return { state, live, bytes: report.bytes };
  }

  private async makeRoom(write: Pick<StoreWrite, 'entries' | 'drops'>): Promise<void> {
    const { reserve } = this;
    invariant(reserve !== undefined, 'JNL-022', 'the store is open');
    const { used, needed, loose } = roomFor(this.opened(), write);
    try {
      await reserve.ensure(used, needed);
    } finally {
      this.room = reserve.room(used + needed, loose);
    }
  }

  /** All that `change` writes, if the key `fence` exists, and on the disk when it resolves. */
  private async commit(fence: Buffer, change: () => void): Promise<void> {
    let isHeld: boolean;
    try {
      isHeld = await this.opened().ifVersion(fence, IF_EXISTS, change);
    } catch (error) {
      throw await commitError(error, this.files.data);
    }
    if (isHeld) return;
    throw new JournalError(
      'JOURNAL_FENCED',
      `Another process has opened the journal in ${this.files.folder} since: this one no longer writes to it.`,
      { details: { folder: this.files.folder } },
    );
  }

  private opened(): Database {
    invariant(this.database !== undefined, 'JNL-023', 'the store is open');
    return this.database;
  }
}

/** What a check of a journal would find that was made a moment ago. */
function reportOfNew(file: string): CheckReport {
  return { file, state: unopenedState, entries: 0, bytes: 0, findings: [], runs: new Float64Array() };
}

/** @throws JournalError JOURNAL_DAMAGED or JOURNAL_NEWER */
function mustBeSound({ file, findings }: CheckReport): void {
  const [first] = findings;
  if (first === undefined) return;
  const { message, sequence, newer } = first;
  if (newer !== undefined) {
    throw new JournalError(
      'JOURNAL_NEWER',
      `The journal ${file} was written by a newer version: ${message} Start the version that wrote it.`,
      { details: { file, version: newer } },
    );
  }
  const others = findings.length > 1 ? ` There is more, ${findings.length} findings in all.` : '';
  throw damaged(message + others, file, { file, ...(sequence === undefined ? {} : { sequence }), findings });
}

function damaged(message: string, file: string, details: Readonly<Record<string, unknown>>): JournalError {
  return new JournalError(
    'JOURNAL_DAMAGED',
    `The journal ${file} is damaged. ${message} Nothing was changed: keep a copy of the folder, and salvage what can be read into a new one: penstock journal salvage <from> <to>.`,
    { details },
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** LMDB maps so much of the address space, in whole megabytes, and a little more than the file may have. */
function mapBytesFor(bytesMax: number): number {
  const megabyte = 1024 * 1024;
  return (Math.ceil(bytesMax / megabyte) + 16) * megabyte;
}
