import {
  AcceptedReader,
  Admission,
  clientWelcomeSchema,
  CollectedWriter,
  Durability,
  isErrorCode,
  Kind,
  limits,
  parseMessage,
  Pattern,
  PenstockError,
  PROTOCOL_VERSION,
  ResultReader,
  SubmitWriter,
  taskProgressSchema,
  type BatchWriter,
  type ClientHello,
  type ClientWelcome,
  type EnvelopeCall,
} from '@penstock/protocol';
import { systemClock } from '@penstock/runtime';
import { SessionLink, WakeUp } from '@penstock/zmq';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { OpenTask } from './open-task.js';
import { cancelled, failure, readOutcome } from './outcome.js';
import type { Outbox } from './outbox.js';
import type { Acceptance } from './task-handle.js';
import type { TaskTable } from './task-table.js';

/** Tasks that one hello or control message may list. */
const IDS_MAX = 8_192;
/** Bytes of a frame: the most that a balancer's LB_PAYLOAD_MAX may allow, and what goes with it. */
const MESSAGE_BYTES = 1024 * 1024 * 1024 + 1024 * 1024;

const acceptances: Readonly<Record<number, Acceptance>> = {
  [Durability.memory]: Object.freeze({ durability: 'memory' }),
  [Durability.disk]: Object.freeze({ durability: 'disk' }),
};
const IN_MEMORY: Acceptance = Object.freeze({ durability: 'memory' });

/** Where and how to connect. */
export interface ConnectionOptions {
  readonly endpoint: string;
  readonly name: string | undefined;
  readonly onWarning: (warning: PenstockError) => void;
}

/** Hands tasks in and takes their ends, over whatever becomes of the connection. */
export class Connection {
  private readonly link: SessionLink;
  private readonly submits = new SubmitWriter();
  private readonly collected = new CollectedWriter();
  private readonly acceptedReader = new AcceptedReader();
  private readonly resultReader = new ResultReader();
  private readonly incarnation: string;
  private readonly wakeUp = new WakeUp(systemClock, (now) => this.onWake(now));
  private isFlushDue = false;
  private unflushedBytes = 0;
  /** Ids of tasks to follow, told with the next flush. */
  private watches: string[] = [];
  /** Accepted tasks that did not fit into the latest hello. */
  private unlisted: OpenTask[] = [];

  constructor(
    private readonly options: ConnectionOptions,
    private readonly table: TaskTable,
    private readonly outbox: Outbox,
  ) {
    const { endpoint, name } = options;
    this.incarnation = name === undefined ? randomUUID() : `${name}:${randomUUID()}`;
    this.link = new SessionLink({
      endpoint,
      helloPattern: Pattern.clientHello,
      maxMessageBytes: MESSAGE_BYTES,
      hello: () => this.hello(),
      onWelcome: (data) => this.onWelcome(data),
      onBatch: (kind, frames) => this.onBatch(kind, frames),
      onEnvelope: (envelope) => this.onEnvelope(envelope),
      onLost: () => this.onLost(),
      onFailed: (error) => this.failAll(error),
      onError: (error) => this.warn(error),
    });
  }

  get endpoint(): string {
    return this.options.endpoint;
  }

  get isLive(): boolean {
    return this.link.live;
  }

  /** @throws PenstockError `INVALID_ADDRESS` */
  start(): void {
    this.link.start();
  }

  ready(timeoutMs?: number): Promise<void> {
    return this.link.ready(timeoutMs);
  }

  call(pattern: string, data: unknown, timeoutMs: number): Promise<unknown> {
    return this.link.call(pattern, data, timeoutMs);
  }

  /** Hands a new task in with the others of this turn, as soon as there is room. */
  submit(task: OpenTask): void {
    this.outbox.push(task);
    this.unflushedBytes += task.payload.length;
    if (this.unflushedBytes >= limits.batchBytes && this.link.live) this.flush();
    else this.scheduleFlush();
  }

  /** Ends a task here. */
  end(task: OpenTask, error: PenstockError): void {
    this.settle(task, failure(error));
  }

  /** Says goodbye, and fails what is open. */
  close(): void {
    if (this.link.live) this.send(this.collected);
    this.wakeUp.stop();
    this.link.close({ goodbyePattern: Pattern.clientGoodbye });
    this.failAll(new PenstockError('CLOSED', 'the client was closed before the task had ended'));
  }

  /** Follows the progress of a task, once the balancer has it. */
  watch(task: OpenTask): void {
    if (task.phase !== 'accepted') return;
    this.watches.push(task.id);
    this.scheduleFlush();
  }

  private scheduleFlush(): void {
    if (this.isFlushDue) return;
    this.isFlushDue = true;
    setImmediate(this.onTurn);
  }

  private readonly onTurn = (): void => {
    this.isFlushDue = false;
    this.flush();
  };

  private flush(): void {
    this.unflushedBytes = 0;
    if (!this.link.live) return;
    // What is collected makes room for what is submitted.
    this.send(this.collected);
    const { submits, outbox } = this;
    const now = systemClock.monotonicMs();
    for (let task = outbox.next(now); task !== undefined; task = outbox.next(now)) {
      task.phase = 'sent';
      if (task.payload.length > outbox.payloadBytesMax) this.refuseTooLarge(task);
      else {
        if (submits.mustTakeBefore(task.payload.length)) this.send(submits);
        submits.add(task.idView, task.idOffset, task);
        task.wasSent = true;
      }
    }
    this.send(submits);
    this.sendWatches();
  }

  private sendWatches(): void {
    const { watches } = this;
    if (watches.length === 0) return;
    this.watches = [];
    for (let at = 0; at < watches.length; at += IDS_MAX) {
      this.link.event(Pattern.clientWatch, { taskIds: watches.slice(at, at + IDS_MAX) });
    }
  }

  private send(writer: BatchWriter): void {
    const message = writer.take(this.link.session);
    if (message !== undefined) this.link.send(message);
  }

  private hello(): ClientHello {
    const waiting: string[] = [];
    this.unlisted = [];
    for (const task of this.table) {
      if (task.phase !== 'accepted') continue;
      if (waiting.length < IDS_MAX) waiting.push(task.id);
      else this.unlisted.push(task);
    }
    const { incarnation } = this;
    return {
      protocol: PROTOCOL_VERSION,
      role: 'client',
      incarnation,
      host: hostname(),
      pid: process.pid,
      waiting,
    };
  }

  private onWelcome(data: unknown): ClientWelcome {
    const welcome = parseMessage(clientWelcomeSchema, data, 'the welcome');
    const lost = this.unlisted.filter(({ phase }) => phase === 'accepted');
    this.unlisted = [];
    for (const taskId of welcome.unknown) {
      const task = this.table.findText(taskId);
      if (task?.phase !== 'accepted') continue;
      if (task.isCancelled) this.end(task, cancelled(task));
      else lost.push(task);
    }
    this.outbox.onWelcome(welcome.limits);
    this.handInAgain(lost);
    this.watches = [];
    for (const task of this.table)
      if (task.phase === 'accepted' && task.isWatched) this.watches.push(task.id);
    this.scheduleFlush();
    return welcome;
  }

  /** What was sent and not acknowledged is sent again; what was accepted is listed in the next hello. */
  private onLost(): void {
    const unacknowledged: OpenTask[] = [];
    for (const task of this.table) if (task.phase === 'sent') unacknowledged.push(task);
    this.handInAgain(unacknowledged);
  }

  private handInAgain(tasks: readonly OpenTask[]): void {
    if (tasks.length === 0) return;
    this.outbox.putBack(tasks);
    for (const task of tasks) task.phase = 'pending';
    this.scheduleFlush();
  }

  private onBatch(kind: number, frames: Uint8Array[]): void {
    if (kind === Kind.result) this.onResults(frames);
    else if (kind === Kind.accepted) this.onAcknowledged(frames);
    else
      throw new PenstockError('UNKNOWN_KIND', `a balancer does not send batches of kind ${kind} to clients`);
  }

  private onAcknowledged(frames: Uint8Array[]): void {
    const batch = this.acceptedReader.open(frames);
    const refused: OpenTask[] = [];
    while (batch.next()) {
      const task = this.table.find(batch.view, batch.record);
      if (task === undefined || task.phase !== 'sent') continue;
      if (batch.status === Admission.refused) {
        const error = refusalOf(batch);
        if (isRetried(task, error)) {
          task.wasSent = false;
          refused.push(task);
          this.outbox.rest(task.lane, systemClock.monotonicMs());
        } else this.end(task, error);
      } else {
        task.lane.rests = 0;
        task.onAccepted(acceptances[batch.durability] ?? IN_MEMORY);
        if (task.isWatched) this.watch(task);
      }
    }
    this.handInAgain(refused);
    if (refused.length > 0) this.wakeUp.noLaterThan(this.outbox.wake(systemClock.monotonicMs()));
  }

  private onResults(frames: Uint8Array[]): void {
    const batch = this.resultReader.open(frames);
    while (batch.next()) {
      // Also of a task that has ended here: the balancer keeps it until it is told.
      if (this.collected.mustTakeBefore(0)) this.send(this.collected);
      this.collected.add(batch.view, batch.record);
      const task = this.table.find(batch.view, batch.record);
      if (task === undefined) continue;
      if (task.phase === 'sent') task.onAccepted(IN_MEMORY);
      this.settle(task, readOutcome(batch, task));
    }
    this.scheduleFlush();
  }

  private onEnvelope({ pattern, data }: EnvelopeCall): void {
    if (pattern === Pattern.protocolError) this.warn(PenstockError.fromWire(data));
    if (pattern !== Pattern.taskProgress) return;
    const { taskId, progress } = parseMessage(taskProgressSchema, data, pattern);
    this.table.findText(taskId)?.onProgress(progress);
  }

  private settle(task: OpenTask, outcome: Parameters<OpenTask['onEnded']>[0]): void {
    this.table.remove(task);
    this.outbox.remove(task);
    task.onEnded(outcome);
  }

  private failAll(error: PenstockError): void {
    for (const task of this.table) this.end(task, error);
  }

  private refuseTooLarge(task: OpenTask): void {
    const { payloadBytesMax } = this.outbox;
    this.end(
      task,
      new PenstockError(
        'TOO_LARGE',
        `a payload has at most ${payloadBytesMax} bytes here, this one ${task.payload.length}`,
        { details: { limit: payloadBytesMax, bytes: task.payload.length } },
      ),
    );
  }

  private onWake(now: number): number {
    const next = this.outbox.wake(now);
    this.scheduleFlush();
    return next;
  }

  private warn(error: unknown): void {
    this.options.onWarning(
      error instanceof PenstockError ? error : new PenstockError('INTERNAL', String(error), { cause: error }),
    );
  }
}

/** Refusals that are not the submitter's doing, but a matter of when. */
const alwaysRetried: ReadonlySet<string> = new Set(['WINDOW_EXCEEDED', 'SHUTTING_DOWN']);

function isRetried(task: OpenTask, error: PenstockError): boolean {
  if (alwaysRetried.has(error.code)) return true;
  return error.retryable && (task.retriesRefusals || task.acceptance !== undefined);
}

function refusalOf({ code, message }: AcceptedReader): PenstockError {
  return new PenstockError(isErrorCode(code) ? code : 'INTERNAL', message ?? 'the balancer refused the task');
}
