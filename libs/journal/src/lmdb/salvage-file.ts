import { decodeEntry, isFault } from '../entry.js';
import { RollCall } from '../roll-call.js';
import { decodeState } from '../state-record.js';
import { unopenedState, type StoreState } from '../store-state.js';
import { FINDINGS_MAX, type Finding } from './check-report.js';
import { epochAt, sequenceAt } from './keys.js';
import { findLooseRecords } from './loose-records.js';
import { NewJournal } from './new-journal.js';
import { takeFreePages } from './pages/free-list.js';
import { readAnyMeta, readMeta, type MetaPage } from './pages/meta-page.js';
import { PageFile, transactionOf } from './pages/page-file.js';
import { PageUse } from './pages/page-use.js';
import { TreeWalk } from './pages/tree-walk.js';
import type { SalvageReport } from './salvage-report.js';

/** Of a file that does not say. */
const USUAL_PAGE_SIZE = 4_096;

/**
 * Copies every entry that can be read of a data file into a new journal. What the tree of pages leads to is what lived;
 * if something in it is damaged, all pages that neither it nor the list of free ones speaks for are searched as well.
 * The file is read without LMDB.
 */
export async function salvageFile(from: string, to: string): Promise<SalvageReport> {
  const target = await NewJournal.begin(to);
  const salvage = new Salvage(from, target);
  try {
    await salvage.run();
    return { from, to, ...(await salvage.finish()) };
  } finally {
    await target.abandon();
  }
}

class Salvage {
  private readonly findings: Finding[] = [];
  private readonly live = new RollCall();
  private readonly uncertain: number[] = [];
  private state: StoreState | undefined;
  private bytes = 0;
  private last = 0;

  constructor(
    private readonly path: string,
    private readonly target: NewJournal,
  ) {}

  async run(): Promise<void> {
    const trusted = readMeta(this.path);
    if ('problem' in trusted) this.tell(`The file ${trusted.problem}.`);
    const meta = 'problem' in trusted ? readAnyMeta(this.path, USUAL_PAGE_SIZE) : trusted;
    const file = new PageFile(this.path, meta?.pageSize ?? USUAL_PAGE_SIZE);
    try {
      const use = new PageUse(Math.max(1, file.pages - 1));
      if (meta !== undefined) await this.followTrees(file, meta, use);
      // What a file that is sound leads to is all that there was.
      if (this.findings.length === 0 && this.isComplete()) return;
      if (this.findings.length === 0) this.tell('The entries are not those that were written.');
      await this.search(file, 'problem' in trusted ? new PageUse(Math.max(1, file.pages - 1)) : use);
    } finally {
      file.close();
    }
  }

  async finish(): Promise<Omit<SalvageReport, 'from' | 'to'>> {
    const { live, bytes, findings, state } = this;
    const uncertain = this.isComplete() ? [] : this.uncertain;
    await this.target.finish({
      // Only a later epoch than any that there was is safe, so where none can be read the clock has to do.
      epoch: state?.epoch ?? Math.floor(Date.now() / 1_000),
      next: Math.max(state?.next ?? unopenedState.next, this.last + 1),
      entries: live.entries,
      digest: live.digest,
    });
    const missing = state === undefined || uncertain.length > 0 ? undefined : state.entries - live.entries;
    return { entries: live.entries, bytes, missing, uncertain, findings };
  }

  private async followTrees(
    file: PageFile,
    { main, free, transaction }: MetaPage,
    use: PageUse,
  ): Promise<void> {
    const onFault = (page: number, problem: string): void =>
      this.tell(`The file has page ${page}, which ${problem}.`);
    const compare = (a: Buffer, b: Buffer): number => Buffer.compare(a, b);
    const onValue = (key: Buffer, value: Buffer): void => this.onRecord(key, value);
    for (const leaf of new TreeWalk(file, main, { transaction, use, onFault, onValue, compare }).leaves()) {
      void leaf;
      await this.target.flushWhenLarge();
    }
    const root = main.root === undefined ? undefined : file.read(main.root);
    if (root === undefined || transactionOf(root) !== transaction)
      this.tell('The file shows a tree that is not its last.');
    const records: Buffer[] = [];
    const onFree = (_: Buffer, value: Buffer): void => void records.push(Buffer.from(value));
    new TreeWalk(file, free, { transaction, use, onFault, onValue: onFree, compare: () => -1 }).run();
    for (const record of records) {
      const problem = takeFreePages(record, use);
      if (problem !== undefined) this.tell(`The file has a free list that ${problem}.`);
    }
  }

  private async search(file: PageFile, use: PageUse): Promise<void> {
    for (let page = 2; page < file.pages;) {
      if (use.isTaken(page)) {
        page += 1;
        continue;
      }
      page += findLooseRecords(file, page, {
        onEntry: (sequence, stored) => {
          if (this.keep(sequence, stored)) this.uncertain.push(sequence);
        },
        onState: (state) => this.onState(state),
      });
      await this.target.flushWhenLarge();
    }
  }

  private onRecord(key: Buffer, value: Buffer): void {
    const sequence = sequenceAt(key);
    const epoch = epochAt(key);
    if (sequence !== undefined) {
      const entry = decodeEntry(sequence, value);
      if (isFault(entry)) this.tell(`The entry ${sequence} ${entry.problem}.`, sequence);
      else this.keep(sequence, value);
    } else if (epoch !== undefined) {
      const state = decodeState(epoch, value);
      if ('problem' in state) this.tell(`The state of the journal ${state.problem}.`);
      else this.onState(state);
    } else this.tell('There is a record that no journal has.');
  }

  /** False: it is there already. */
  private keep(sequence: number, stored: Buffer): boolean {
    if (this.live.has(sequence)) return false;
    this.live.add(sequence);
    this.last = Math.max(this.last, sequence);
    const entry = decodeEntry(sequence, stored);
    if (!isFault(entry)) this.bytes += entry.bytes.byteLength;
    this.target.put(sequence, stored);
    return true;
  }

  private onState(state: StoreState): void {
    const { state: known } = this;
    const isLater =
      known === undefined ||
      state.epoch > known.epoch ||
      (state.epoch === known.epoch && state.next > known.next);
    if (isLater) this.state = state;
  }

  /** Whether what was found is what was written last, no more and no less. */
  private isComplete(): boolean {
    const { state, live } = this;
    if (state === undefined) return false;
    const [low, high] = live.digest;
    return live.entries === state.entries && low === state.digest[0] && high === state.digest[1];
  }

  private tell(message: string, sequence?: number): void {
    if (this.findings.length >= FINDINGS_MAX) return;
    this.findings.push({ file: this.path, message, ...(sequence === undefined ? {} : { sequence }) });
  }
}
