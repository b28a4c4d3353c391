import { DispatchWriter, NO_SESSION, type HubLease } from '@penstock/protocol';
import { systemClock } from '@penstock/runtime';
import {
  ClaimWatch,
  ClaimWord,
  PortLink,
  sendControl,
  threadModule,
  workerExecArgv,
  type ToWorker,
} from '@penstock/worker/host';
import { Worker } from 'node:worker_threads';
import type { HeldTask } from '../slots/held-task.js';
import { OutputLines } from './output-lines.js';
import { StartWatch } from './start-watch.js';
import type { WorkerHandle, WorkerListener, WorkerOptions } from './worker-handle.js';
import { WorkerLife } from './worker-life.js';
import { readWorkerMessage } from './worker-messages.js';

/** How long a worker that was asked to stop may take. */
const STOP_MS = 2_000;

/** A worker in a thread of the hub: the one of an inline group. */
export class ThreadWorker implements WorkerHandle {
  readonly pid = undefined;
  /** A thread lives as long as the hub itself. */
  readonly silentMs = 0;
  private readonly thread: Worker;
  private readonly claims = new ClaimWord();
  private readonly claimWatch: ClaimWatch;
  private readonly link: PortLink;
  private readonly writer = new DispatchWriter();
  private readonly startWatch: StartWatch;
  private readonly life: WorkerLife;

  constructor(
    { start, shape, lineMax }: WorkerOptions,
    private readonly listener: WorkerListener,
  ) {
    this.startWatch = new StartWatch(start.importDeadlineMs, () => this.fail('it took too long to start'));
    this.life = new WorkerLife(this.startWatch, listener);
    this.thread = new Worker(threadModule, {
      workerData: this.claims.shared,
      execArgv: [...workerExecArgv],
      env: shape.environment,
      stdout: true,
      stderr: true,
    });
    this.claimWatch = new ClaimWatch(this.claims, (claimed) => listener.onClaimed(claimed));
    this.thread.on('error', (error) => this.fail(error instanceof Error ? error.message : String(error)));
    this.thread.on('exit', (code) => {
      this.claimWatch.close();
      this.life.onGone(`exit code ${code}`);
    });
    this.link = new PortLink(this.thread, (frames) => this.onFrames(frames));
    this.capture('stdout', lineMax);
    this.capture('stderr', lineMax);
    sendControl<ToWorker, 'worker.start'>(this.link, 'worker.start', start);
  }

  beat(): void {
    // Nothing can stop a thread and not the hub that would ask.
  }

  hand(task: HeldTask, idView: DataView, idOffset: number): void {
    if (this.writer.mustTakeBefore(task.payload.length)) this.flush();
    this.writer.add(idView, idOffset, task, task);
  }

  flush(): void {
    const batch = this.writer.take(NO_SESSION);
    if (batch !== undefined) this.link.send(batch);
  }

  recall(handedCount: number): void {
    this.flush();
    const from = this.claims.recall(handedCount);
    setImmediate(() => {
      if (!this.life.over) this.listener.onRecalled(from);
    });
  }

  abort(lease: HubLease, timeoutMs: number): void {
    sendControl<ToWorker, 'worker.abort'>(this.link, 'worker.abort', { ...lease, timeoutMs });
  }

  stop(): void {
    sendControl<ToWorker, 'worker.stop'>(this.link, 'worker.stop', {});
    setTimeout(() => this.kill(), STOP_MS).unref();
  }

  kill(): void {
    if (!this.life.over) void this.thread.terminate();
  }

  private onFrames(frames: Uint8Array[]): void {
    try {
      readWorkerMessage(frames, this.listener, this.startWatch, this.life);
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  private fail(why: string): void {
    this.life.failure ??= why;
    this.kill();
  }

  private capture(stream: 'stdout' | 'stderr', lineMax: number): void {
    const lines = new OutputLines(lineMax, (line) => this.listener.onLine(stream, line));
    this.thread[stream].on('data', (chunk: Buffer) => lines.push(chunk, systemClock.monotonicMs()));
    this.thread[stream].on('end', () => lines.end());
  }
}
