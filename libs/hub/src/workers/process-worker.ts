import { DispatchWriter, NO_SESSION, type HubLease } from '@penstock/protocol';
import { systemClock } from '@penstock/runtime';
import {
  childModule,
  CONTROL_FRAME_BYTES_MAX,
  frameBytesMax,
  LIFELINE_FD,
  LINK_FD,
  sendControl,
  StreamLink,
  type ToWorker,
  type Watching,
} from '@penstock/worker/host';
import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { HeldTask } from '../slots/held-task.js';
import { OutputLines } from './output-lines.js';
import { Pulse } from './pulse.js';
import { StartWatch } from './start-watch.js';
import type { WorkerHandle, WorkerListener, WorkerOptions } from './worker-handle.js';
import { WorkerLife } from './worker-life.js';
import { readWatcherMessage, readWorkerMessage } from './worker-messages.js';

/** How long a worker that was asked to stop may take. */
const STOP_MS = 2_000;
/** How long after its pipes broke a worker's exit may be told. */
const EXIT_MS = 1_000;
/** How long after its death a worker's pipes are read: a process that it left behind may hold them open. */
const LAST_WORDS_MS = 1_000;

/** A worker with a process of its own. */
export class ProcessWorker implements WorkerHandle {
  private readonly child: ChildProcess;
  private readonly link: StreamLink;
  private readonly lifeline: StreamLink;
  private readonly writer = new DispatchWriter();
  private readonly pulse = new Pulse();
  private readonly startWatch: StartWatch;
  private readonly life: WorkerLife;

  constructor(
    { start, shape, niceness, lineMax, onWarning }: WorkerOptions,
    private readonly listener: WorkerListener,
  ) {
    this.startWatch = new StartWatch(start.importDeadlineMs, () => this.fail('it took too long to start'));
    this.life = new WorkerLife(this.startWatch, listener);
    // A process group of its own: the terminal's Ctrl-C is for the hub, and a kill reaches what handlers spawned.
    const command = [...shape.launcher, process.execPath, ...shape.execArgv, fileURLToPath(childModule)];
    this.child = spawn(command[0] as string, command.slice(1), {
      env: shape.environment,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.child.on('error', (error) => this.life.onGone(`it could not be spawned: ${error.message}`));
    this.child.on('exit', (code, signal) =>
      this.onExit(code === null ? `signal ${signal}` : `exit code ${code}`, signal),
    );
    this.setNiceness(niceness, onWarning);
    this.link = this.linkOver(LINK_FD, frameBytesMax(start.resultBytesMax), (frames) =>
      readWorkerMessage(frames, listener, this.startWatch, this.life),
    );
    this.lifeline = this.linkOver(LIFELINE_FD, CONTROL_FRAME_BYTES_MAX, (frames) =>
      readWatcherMessage(frames, listener, this.pulse),
    );
    this.capture('stdout', lineMax);
    this.capture('stderr', lineMax);
    sendControl<ToWorker, 'worker.start'>(this.link, 'worker.start', start);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get silentMs(): number {
    return this.pulse.silentMs;
  }

  beat(): void {
    if (this.pulse.beat()) sendControl<Watching, 'watch.beat'>(this.lifeline, 'watch.beat', {});
    else this.fail('its process answers no more');
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
    sendControl<Watching, 'watch.recall'>(this.lifeline, 'watch.recall', { end: handedCount });
  }

  abort(lease: HubLease, timeoutMs: number): void {
    sendControl<ToWorker, 'worker.abort'>(this.link, 'worker.abort', { ...lease, timeoutMs });
  }

  stop(): void {
    sendControl<ToWorker, 'worker.stop'>(this.link, 'worker.stop', {});
    setTimeout(() => this.kill(), STOP_MS).unref();
  }

  kill(): void {
    const { pid } = this.child;
    if (pid === undefined || this.life.over) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already; whatever else is wrong, the next line covers.
      this.child.kill('SIGKILL');
    }
  }

  /** A worker that dies breaks its pipes, and its exit says why; one that lives on without them is of no use. */
  private onBroken(why: string): void {
    setTimeout(() => {
      if (this.child.exitCode === null && this.child.signalCode === null) this.fail(why);
    }, EXIT_MS).unref();
  }

  private fail(why: string): void {
    this.life.failure ??= why;
    this.kill();
  }

  private onExit(how: string, signal: NodeJS.Signals | null): void {
    this.kill();
    const pipes = [this.socket(LINK_FD), this.socket(LIFELINE_FD), this.child.stdout, this.child.stderr];
    const isClosed = Promise.all(pipes.map((pipe) => closed(pipe)));
    const timer = setTimeout(() => pipes.forEach((pipe) => pipe?.destroy()), LAST_WORDS_MS);
    void isClosed.then(() => {
      clearTimeout(timer);
      this.life.onGone(how, signal);
    });
  }

  private linkOver(fd: number, maxFrameBytes: number, onFrames: (frames: Uint8Array[]) => void): StreamLink {
    const socket = this.socket(fd);
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE' || code === 'ECONNRESET') this.onBroken(message);
      else this.fail(message);
    });
    return new StreamLink(socket, onFrames, maxFrameBytes);
  }

  private socket(fd: number): Socket {
    return this.child.stdio[fd] as Socket;
  }

  private setNiceness(niceness: number, onWarning: (message: string) => void): void {
    const { pid } = this.child;
    if (pid === undefined || niceness === 0) return;
    try {
      setPriority(pid, niceness);
    } catch (error) {
      onWarning(`niceness ${niceness} is not allowed here: ${(error as Error).message}`);
    }
  }

  private capture(stream: 'stdout' | 'stderr', lineMax: number): void {
    const lines = new OutputLines(lineMax, (line) => this.listener.onLine(stream, line));
    this.child[stream]?.on('data', (chunk: Buffer) => lines.push(chunk, systemClock.monotonicMs()));
    this.child[stream]?.on('close', () => lines.end());
  }
}

function closed(pipe: (NodeJS.EventEmitter & { readonly closed?: boolean }) | null): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (pipe === null || pipe.closed === true) resolve();
  else pipe.once('close', () => resolve());
  return promise;
}
