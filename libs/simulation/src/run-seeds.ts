import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RunReport } from './run.js';

/** Which seeds to run. */
export interface SeedRange {
  readonly from: number;
  readonly count: number;
  /** Threads. Default: as many as there are processors. */
  readonly jobs?: number;
  /** Ends it early: seeds that have begun are run to their end. Default: all are run. */
  readonly signal?: AbortSignal;
}

/** Seeds that a thread gets at a time: few, since they differ in how long they take. */
const SHARE = 4;

/** Runs many seeds, over several threads. @param onReport told of each as it ends, in no order */
export async function runSeeds(
  { from, count, jobs = availableParallelism(), signal }: SeedRange,
  onReport: (report: RunReport) => void,
): Promise<void> {
  let next = from;
  const end = from + count;
  const takeShare = (): number[] => {
    if (signal?.aborted === true) return [];
    const share = Array.from({ length: Math.min(SHARE, end - next) }, (_, index) => next + index);
    next += share.length;
    return share;
  };
  const threads = Array.from({ length: Math.max(1, Math.min(jobs, Math.ceil(count / SHARE))) }, () =>
    runThread(takeShare, onReport),
  );
  await Promise.all(threads);
}

function runThread(takeShare: () => number[], onReport: (report: RunReport) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const worker = new Worker(new URL('seed-worker.js', import.meta.url));
  let expected = 0;
  const goOn = (): void => {
    const share = takeShare();
    expected = share.length;
    if (expected > 0) worker.postMessage(share);
    else void worker.terminate().then(() => resolve());
  };
  worker.on('message', (report: RunReport) => {
    onReport(report);
    expected -= 1;
    if (expected === 0) goOn();
  });
  worker.on('error', reject);
  goOn();
  return promise;
}
