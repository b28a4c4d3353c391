import type { HubLease } from '@penstock/protocol';
import type { BrokenFile, LoadedTask, WorkerStart } from '@penstock/worker/host';
import type { HeldTask } from '../slots/held-task.js';
import type { ProcessShape } from './confinement.js';
import type { OutputLine } from './output-lines.js';

/** A worker's process or thread, as the hub holds it. */
export interface WorkerHandle {
  /** The process; `undefined` for a thread of the hub. */
  readonly pid: number | undefined;
  /** How long its process has not answered, in milliseconds; 0 while all is well. */
  readonly silentMs: number;
  /** Asks its process for a sign of life, and kills it when too many were not answered. */
  beat(): void;
  /** Collects a task for the worker; {@link flush} sends what is collected. */
  hand(task: HeldTask, idView: DataView, idOffset: number): void;
  flush(): void;
  /** Takes back what is unclaimed of the first `handedCount` tasks. */
  recall(handedCount: number): void;
  /** @param timeoutMs what the handler took longer than; 0 = its task was cancelled */
  abort(lease: HubLease, timeoutMs: number): void;
  /** Asks the worker to end; it has nothing to do. One that does not is killed after a moment. */
  stop(): void;
  kill(): void;
}

/** What a worker's process or thread tells. */
export interface WorkerListener {
  onReady(tasks: readonly LoadedTask[], broken: readonly BrokenFile[]): void;
  /** Frames of a batch of `started`. */
  onStarted(frames: readonly Uint8Array[]): void;
  /** Frames of a batch of `outcome`. */
  onOutcomes(frames: readonly Uint8Array[]): void;
  onProgress(lease: HubLease, percent: number): void;
  onClaimed(claimed: number): void;
  onRecalled(from: number): void;
  onLine(stream: 'stdout' | 'stderr', line: OutputLine): void;
  /** It is no more; nothing follows. */
  onGone(end: WorkerEnd): void;
}

/** How a worker ended. */
export interface WorkerEnd {
  /** In words. */
  readonly reason: string;
  /** The file whose import was under way. */
  readonly importing: string | undefined;
  /** By a signal, and its hub has found no fault with it: it crashed, or somebody has killed it. */
  readonly isKilled: boolean;
}

/** Listens to nothing. */
export const deaf: WorkerListener = {
  onReady: nothing,
  onStarted: nothing,
  onOutcomes: nothing,
  onProgress: nothing,
  onClaimed: nothing,
  onRecalled: nothing,
  onLine: nothing,
  onGone: nothing,
};

function nothing(): void {
  // What a worker says is for somebody else, or for nobody.
}

/** How to start a worker. */
export interface WorkerOptions {
  readonly start: WorkerStart;
  /** How its process is started. */
  readonly shape: ProcessShape;
  /** Scheduling niceness of its process. */
  readonly niceness: number;
  /** Characters of a line of its output. */
  readonly lineMax: number;
  /** A fault that the worker lives with, such as a niceness that the system refuses. */
  readonly onWarning: (message: string) => void;
}
