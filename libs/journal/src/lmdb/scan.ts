import { decodeEntry, isFault } from '../entry.js';
import { RollCall } from '../roll-call.js';
import type { StoreState } from '../store-state.js';
import { FINDINGS_MAX, type CheckReport, type Finding } from './check-report.js';
import { epochAt, sequenceAt } from './keys.js';
import { NumberRuns } from './number-runs.js';
import { openLmdb } from './open-lmdb.js';
import { checkPages, type PagesReport } from './pages/check-pages.js';
import { readMeta } from './pages/meta-page.js';
import { decodeState } from '../state-record.js';

/**
 * Looks at everything in a data file: first at its pages, without LMDB, and if these hold together at every entry, with
 * LMDB. May end the process when LMDB meets what it cannot bear, so it runs in one of its own.
 */
export function scan(file: string): CheckReport {
  const pages = checkStillPages(file);
  if (pages.problems.length > 0) {
    const findings = pages.problems.map((problem) => ({
      file,
      message: `The file ${problem}.`,
      ...(pages.newer === undefined ? {} : { newer: pages.newer }),
    }));
    return { file, state: undefined, entries: 0, bytes: 0, findings, runs: new Float64Array() };
  }
  return scanEntries(file);
}

/**
 * The pages of a transaction are not written to as long as somebody reads it. Who has the journal open may go on writing,
 * so if that is what it looks like, a reader is begun and everything from its transaction on keeps still.
 */
function checkStillPages(file: string): PagesReport {
  const first = checkPages(file);
  if (first.problems.length === 0) return first;
  const meta = readMeta(file);
  if ('problem' in meta || meta.transaction === first.transaction) return first;
  const reader = openLmdb(file, { readOnly: true }).useReadTransaction();
  try {
    return checkPages(file);
  } finally {
    reader.done();
  }
}

function scanEntries(file: string): CheckReport {
  const findings: Finding[] = [];
  const tell = (finding: Omit<Finding, 'file'>): void => {
    if (findings.length < FINDINGS_MAX) findings.push({ file, ...finding });
  };
  const runs = new NumberRuns();
  const live = new RollCall();
  let state: StoreState | undefined;
  let bytes = 0;
  for (const { key, value } of recordsOf(file, tell)) {
    const sequence = sequenceAt(key);
    const epoch = epochAt(key);
    if (sequence !== undefined) {
      const entry = decodeEntry(sequence, value);
      if (isFault(entry)) {
        const { problem, ...newer } = entry;
        tell({ sequence, message: `The entry ${sequence} ${problem}.`, ...newer });
        continue;
      }
      runs.add(sequence);
      live.add(sequence);
      bytes += entry.bytes.byteLength;
    } else if (epoch !== undefined && state === undefined) {
      const read = decodeState(epoch, value);
      if ('problem' in read) {
        const { problem, ...newer } = read;
        tell({ message: `The state of the journal ${problem}.`, ...newer });
      } else state = read;
    } else
      tell({
        message: `There is a record that no journal has, at the key ${Buffer.from(key).toString('hex')}.`,
      });
  }
  if (state === undefined) {
    if (findings.length === 0) tell({ message: 'The state of the journal is missing.' });
  } else if (findings.length === 0 && !isAsWritten(state, live)) {
    tell({
      message: `There are ${live.entries} entries that are not the ${state.entries} that were written.`,
    });
  }
  return { file, state, entries: live.entries, bytes, findings, runs: runs.packed() };
}

/** What LMDB gives, until it finds something that cannot be. */
function* recordsOf(
  file: string,
  tell: (finding: Omit<Finding, 'file'>) => void,
): Generator<{ key: Uint8Array; value: Buffer }> {
  try {
    yield* openLmdb(file, { readOnly: true }).getRange({ start: Buffer.of(0) });
  } catch (error) {
    // LMDB's own errors have numbers below zero.
    const isLmdb =
      error instanceof Error && 'code' in error && typeof error.code === 'number' && error.code < 0;
    if (!isLmdb) throw error;
    tell({ message: `LMDB cannot read it: ${error.message}.` });
  }
}

function isAsWritten({ entries, digest: [low, high] }: StoreState, live: RollCall): boolean {
  const [liveLow, liveHigh] = live.digest;
  return entries === live.entries && low === liveLow && high === liveHigh;
}
