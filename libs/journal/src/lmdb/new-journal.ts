import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { JournalError } from '../journal-error.js';
import { encodeState } from '../state-record.js';
import type { StoreState } from '../store-state.js';
import { commitError } from './commit-error.js';
import { filesOf, type JournalFiles } from './journal-folder.js';
import { entryKey, stateKey } from './keys.js';
import { fillLockFile } from './lock-file.js';
import { openLmdb, type Database } from './open-lmdb.js';
import { Reserve } from './reserve.js';
import { roomFor } from './room.js';

const FLUSH_BYTES = 16 * 1024 * 1024;
/** Address space for a journal that is being made. */
const MAP_BYTES = 256 * 1024 ** 3;

/** A journal that is being made. It gets its name when all of it is on the disk: until then there is no journal. */
export class NewJournal {
  private readonly pending = new Map<number, Buffer>();
  private pendingBytes = 0;
  private isOpen = true;

  private constructor(
    private readonly files: JournalFiles,
    private readonly database: Database,
    private readonly reserve: Reserve,
  ) {}

  /**
   * @param folder is made if it does not exist
   * @throws JournalError JOURNAL_FAILED when there is a journal in it
   */
  static async begin(folder: string): Promise<NewJournal> {
    const files = filesOf(folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (await exists(files.data)) {
      throw new JournalError(
        'JOURNAL_FAILED',
        `There is a journal in ${folder}: name a folder that has none.`,
        {
          details: { folder },
        },
      );
    }
    await removeUnborn(files);
    await fillLockFile(`${files.unborn}-lock`);
    const database = openLmdb(files.unborn, { readOnly: false, mapBytes: MAP_BYTES });
    return new NewJournal(files, database, await Reserve.open(files.unborn, MAP_BYTES));
  }

  /** Gathers an entry. Its bytes are copied. */
  put(sequence: number, stored: Buffer): void {
    this.pending.set(sequence, Buffer.from(stored));
    this.pendingBytes += stored.byteLength;
  }

  /** Writes what is gathered, if it is much. */
  async flushWhenLarge(): Promise<void> {
    if (this.pendingBytes >= FLUSH_BYTES) await this.flush();
  }

  /** Writes what is gathered. */
  async flush(): Promise<void> {
    const entries = [...this.pending].map(([sequence, stored]) => ({ sequence, stored }));
    this.pending.clear();
    this.pendingBytes = 0;
    if (entries.length === 0) return;
    await this.write(entries, () => {
      for (const { sequence, stored } of entries) void this.database.put(entryKey(sequence), stored);
    });
  }

  /** Writes what is left, and the state; now there is a journal. */
  async finish(state: StoreState): Promise<void> {
    await this.flush();
    await this.write([], () => void this.database.put(stateKey(state.epoch), encodeState(state)));
    await this.close();
    const { unborn, data, folder } = this.files;
    await rename(unborn, data);
    await rm(`${unborn}-lock`, { force: true });
    const directory = await open(folder);
    await directory.sync();
    await directory.close();
  }

  /** Removes what was made so far. Harmless when it is finished. */
  async abandon(): Promise<void> {
    if (!this.isOpen) return;
    await this.close();
    await removeUnborn(this.files);
  }

  private async write(
    entries: readonly { sequence: number; stored: Buffer }[],
    change: () => void,
  ): Promise<void> {
    const { used, needed } = roomFor(this.database, { entries, drops: [] });
    await this.reserve.ensure(used, needed);
    try {
      await this.database.batch(change);
    } catch (error) {
      throw await commitError(error, this.files.unborn);
    }
  }

  private async close(): Promise<void> {
    this.isOpen = false;
    await this.database.close();
    await this.reserve.close();
  }
}

async function removeUnborn({ unborn }: JournalFiles): Promise<void> {
  await rm(unborn, { force: true });
  await rm(`${unborn}-lock`, { force: true });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
