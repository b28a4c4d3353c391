import { decodeEntry, isFault } from '../entry.js';
import { JournalError } from '../journal-error.js';
import type { JournalEntry } from '../journal.js';
import { RollCall } from '../roll-call.js';
import type { Store, StoreContents, StoreWrite } from '../store.js';
import type { SimulatedDisk } from './simulated-disk.js';

/** What a process of a simulation has of a {@link SimulatedDisk}. Another one that opens it fences this one off. */
export class SimulatedStore implements Store {
  readonly durability = 'disk';
  readonly room = Infinity;
  /** At what crash this process ends. */
  private readonly crashes: number;

  constructor(private readonly disk: SimulatedDisk) {
    this.crashes = disk.crashes;
  }

  async open(): Promise<StoreContents> {
    const live = new RollCall();
    let bytes = 0;
    for (const entry of this.read()) {
      live.add(entry.sequence);
      bytes += entry.bytes.byteLength;
    }
    const { state: last } = this.disk.durable;
    const state = { ...last, epoch: last.epoch + 1 };
    await this.sync({ entries: [], drops: [], state });
    return { state, live, bytes };
  }

  *read(): Generator<JournalEntry> {
    const { entries } = this.disk.durable;
    for (const sequence of [...entries.keys()].toSorted((a, b) => a - b)) {
      const stored = entries.get(sequence);
      if (stored === undefined) continue;
      const entry = decodeEntry(sequence, stored);
      if (!isFault(entry)) yield { ...entry, bytes: new Uint8Array(entry.bytes) };
      else {
        throw new JournalError('JOURNAL_DAMAGED', `The entry ${sequence} ${entry.problem}.`, {
          details: { file: 'the simulated disk', sequence },
        });
      }
    }
  }

  async write(write: StoreWrite): Promise<void> {
    await this.sync(write);
  }

  look(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private sync(write: StoreWrite): Promise<void> {
    if (this.disk.isFull)
      return Promise.reject(new JournalError('JOURNAL_FULL', 'The simulated disk is full.'));
    return new Promise((resolve, reject) => {
      if (this.disk.crashes !== this.crashes) return;
      this.disk.sync(write, (isDurable) => {
        if (isDurable) resolve();
        else reject(new JournalError('JOURNAL_FENCED', 'Another process has opened the journal since.'));
      });
    });
  }
}
