import { encodeEnvelope, type HubLease } from '@penstock/protocol/wire';
import type { TaskIsolation } from '../define-task.js';
import type { TaskSource } from '../loader/task-source.js';
import type { Link } from './link.js';

/** A task that a worker can run. */
export interface LoadedTask {
  readonly name: string;
  /** The file that defines it, relative to the folder. */
  readonly file: string;
  /** Changes when the file does. */
  readonly fingerprint: string;
  readonly isolation: TaskIsolation;
}

/** A file of the folder that gives no task, and why. */
export interface BrokenFile {
  readonly file: string;
  readonly reason: string;
}

/** The first message to a worker: how it is to work. */
export interface WorkerStart {
  /** The worker's name. */
  readonly worker: string;
  /** Where its tasks come from. */
  readonly source: TaskSource;
  /** The files of the folder that it imports, and no others. Default: all. */
  readonly files?: readonly string[] | undefined;
  /** What its process is kept from. */
  readonly isolation: TaskIsolation;
  /** Files to leave alone, because they ended or blocked an earlier worker. */
  readonly excluded: readonly BrokenFile[];
  /** How long the import of one file may take. */
  readonly importDeadlineMs: number;
  /** Attempts that run at a time. */
  readonly concurrency: number;
  /** Fixed arguments by task name. */
  readonly arguments: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** A larger result makes its task fail. */
  readonly resultBytesMax: number;
}

/** Control messages from the hub to a worker, by pattern. */
export interface ToWorker {
  'worker.start': WorkerStart;
  /** Abort the signal of this attempt. `timeoutMs`: what it took longer than; 0 = it was cancelled. */
  'worker.abort': HubLease & { readonly timeoutMs: number };
  /** Send what is collected, and end. */
  'worker.stop': Record<string, never>;
}

/** Control messages from a worker to its hub, by pattern. */
export interface FromWorker {
  /** Sent before each import: if the worker dies now, this file is why. */
  'worker.importing': { readonly file: string };
  /** All files are loaded; tasks may come. */
  'worker.ready': { readonly tasks: readonly LoadedTask[]; readonly broken: readonly BrokenFile[] };
  'worker.progress': HubLease & { readonly progress: number };
  /** Nothing of the worker's own works any more (an error that no handler caught); it ends by itself. */
  'worker.failing': { readonly message: string };
}

/** Control messages between a hub and the watching thread of a worker's process, by pattern. */
export interface Watching {
  /** Hub: take back what is unclaimed of the first `end` tasks. */
  'watch.recall': { readonly end: number };
  /** The answer: all from `from` on are the hub's again (see `ClaimWord.recall`). */
  'watch.recalled': { readonly from: number };
  /** So many tasks were claimed, and the last of them runs on. */
  'watch.claimed': { readonly claimed: number };
  /** Hub: is the process alive? */
  'watch.beat': Record<string, never>;
  /** The answer. A process that is stopped, or stuck, gives none. */
  'watch.alive': Record<string, never>;
}

/** Sends one of the control messages that `Messages` lists. */
export function sendControl<Messages, P extends keyof Messages & string>(
  link: Link,
  pattern: P,
  data: Messages[P],
): void {
  link.send([encodeEnvelope({ pattern, data })]);
}
