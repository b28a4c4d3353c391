import { decodeEnvelope, isCall, Kind, readHead, type EnvelopeCall } from '@penstock/protocol/wire';
import { systemClock } from '@penstock/runtime';
import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';
import type { Attempt } from './attempt.js';
import type { ClaimWord } from './claim-word.js';
import { Execution } from './execution.js';
import { failureReport } from './failure-report.js';
import type { Link } from './link/link.js';
import { sendControl, type FromWorker, type ToWorker, type WorkerStart } from './link/messages.js';
import { loadTasks } from './loader/load-tasks.js';
import { resolveOwnPackage } from './loader/own-package.js';
import { tagWrites } from './output/tag-writes.js';
import { ProgressUpdates } from './progress-updates.js';
import { Registry } from './registry.js';
import { giveUpFiles } from './rights.js';

/** What a worker is, whether it has a process of its own or a thread of the hub. */
export class WorkerRuntime {
  private execution: Execution | undefined;
  /** Lets go of what the tasks live on. */
  private close: () => Promise<void> = async () => {};

  /** @param end ends the process or thread */
  constructor(
    private readonly link: Link,
    private readonly claims: ClaimWord,
    private readonly end: (exitCode: number) => void,
  ) {}

  /** Takes a message of the hub. */
  onFrames(frames: Uint8Array[]): void {
    const [first] = frames;
    if (first === undefined) return;
    if (readHead(first).kind !== Kind.envelope) {
      this.execution?.onDispatch(frames);
      return;
    }
    const { envelope } = decodeEnvelope(first);
    if (isCall(envelope)) this.onControl(envelope);
  }

  /** Something failed that no handler caught. Whoever runs is told so, and a new worker takes over. */
  onUncaught(error: unknown): void {
    const { name, message } = failureReport(error);
    this.tell('worker.failing', { message: `${name}: ${message}` });
    this.execution?.failAll(error);
    this.end(1);
  }

  /** A handler ends the process: what others before it did is still told. */
  onExit(): void {
    this.execution?.flush();
  }

  private onControl({ pattern, data }: EnvelopeCall): void {
    switch (pattern as keyof ToWorker) {
      case 'worker.start':
        this.start(data as WorkerStart).catch((error: unknown) => this.onUncaught(error));
        break;
      case 'worker.abort':
        this.execution?.onAbort(data as ToWorker['worker.abort']);
        break;
      case 'worker.stop':
        if (this.execution === undefined) this.end(0);
        else this.execution.onStop(() => void this.stop());
        break;
    }
  }

  private async stop(): Promise<void> {
    try {
      await this.close();
      this.end(0);
    } catch (error) {
      this.onUncaught(error);
    }
  }

  private async start(start: WorkerStart): Promise<void> {
    const attempts = this.watchOutput(start.concurrency);
    resolveOwnPackage();
    const loaded = await loadTasks({
      ...start,
      onImporting: (file) => this.tell('worker.importing', { file }),
    });
    this.close = loaded.close;
    if (start.isolation.files === 'none') giveUpFiles();
    const progress = new ProgressUpdates(systemClock, (attempt, percent) =>
      this.tell('worker.progress', { ...attempt.lease, progress: percent }),
    );
    this.execution = new Execution({
      link: this.link,
      claims: this.claims,
      clock: systemClock,
      registry: new Registry(loaded.definitions, start.arguments),
      concurrency: start.concurrency,
      resultBytesMax: start.resultBytesMax,
      isolation: start.isolation,
      within: attempts.within,
      onEnded: (attempt) => progress.delete(attempt),
      host: {
        worker: start.worker,
        onProgress: (attempt, percent) => progress.set(attempt, percent),
        onLog: (attempt, values) =>
          attempts.within(attempt, () => process.stdout.write(`${format(...values)}\n`)),
      },
    });
    this.tell('worker.ready', { tasks: loaded.tasks, broken: loaded.broken });
  }

  /** Tags what is written with the attempt that writes it; with one attempt at a time, that is the one that runs. */
  private watchOutput(concurrency: number): { within: <T>(attempt: Attempt, run: () => T) => T } {
    const storage = new AsyncLocalStorage<Attempt>();
    const only = () => this.execution?.attempts.values().next().value;
    const current = concurrency === 1 ? only : () => storage.getStore();
    tagWrites(process.stdout, current);
    tagWrites(process.stderr, current);
    return {
      within: concurrency === 1 ? (_attempt, run) => run() : (attempt, run) => storage.run(attempt, run),
    };
  }

  private tell<P extends keyof FromWorker>(pattern: P, data: FromWorker[P]): void {
    sendControl<FromWorker, P>(this.link, pattern, data);
  }
}
