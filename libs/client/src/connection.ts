import type { PeerKey } from '@penstock/keys';
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
import { SessionLink, WakeUp } from '@penstock/zmq';
import { hostname } from 'node:os';
import type { ClientPorts } from './client-ports.js';
import { ACKNOWLEDGED_WITHIN_MS, type Ledger } from './ledger.js';
import type { OpenTask } from './open-task.js';
import { Outage } from './outage.js';
import { readOutcome } from './outcome.js';
import type { Outbox } from './outbox.js';
import { raise } from './raise.js';
import type { Acceptance } from './task-handle.js';
import type { TaskTable } from './task-table.js';

/** Tasks that one control message may list. */
const WATCHES_PER_EVENT = 8_192;
/** Bytes of a frame: the most that a balancer's LB_PAYLOAD_MAX may allow, and what goes with it. */
const MESSAGE_BYTES = 1024 * 1024 * 1024 + 1024 * 1024;

const acceptances = {
  memory: acceptancesOf('memory'),
  disk: acceptancesOf('disk'),
};

/** Where and how to connect. */
export interface ConnectionOptions {
  readonly endpoint: string;
  /** Who this is, where the balancer has keys. */
  readonly key: PeerKey | undefined;
  readonly name: string | undefined;
  /** After so long without a balancer all open tasks fail. */
  readonly connectTimeoutMs: number;
  readonly onWarning: (warning: PenstockError) => void;
}

/** Carries tasks to the balancer and their ends back: batches of a turn, one session after the other. */
export class Connection {
  private readonly link: SessionLink;
  private readonly submits = new SubmitWriter();
  private readonly collected = new CollectedWriter();
  private readonly acceptedReader = new AcceptedReader();
  private readonly resultReader = new ResultReader();
  private readonly incarnation: string;
  private readonly wakeUp: WakeUp;
  private readonly outage: Outage;
  private isFlushDue = false;
  private unflushedBytes = 0;
  /** Ids of tasks to follow, told with the next flush. */
  private watches: string[] = [];
  /** Why nothing is taken any more. */
  private end: PenstockError | undefined;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly ledger: Ledger,
    private readonly outbox: Outbox,
    private readonly table: TaskTable,
    private readonly ports: ClientPorts,
  ) {
    const { clock, timers, random, incarnation, openDealer } = ports;
    this.wakeUp = new WakeUp(clock, (now) => this.onWake(now), timers);
    const { endpoint, key, name, connectTimeoutMs } = options;
    this.incarnation = name === undefined ? incarnation() : `${name}:${incarnation()}`;
    this.outage = new Outage(endpoint, connectTimeoutMs, {
      warn: (warning) => this.warn(warning),
      fail: (error) => ledger.endAll(error),
    });
    this.link = new SessionLink({
      endpoint,
      helloPattern: Pattern.clientHello,
      maxMessageBytes: MESSAGE_BYTES,
      clock,
      timers,
      random,
      ...(key === undefined ? {} : { curve: key.curve() }),
      ...(openDealer === undefined ? {} : { openDealer }),
      hello: () => this.hello(),
      onWelcome: (data) => this.onWelcome(data),
      onBatch: (kind, frames) => this.onBatch(kind, frames),
      onEnvelope: (envelope) => this.onEnvelope(envelope),
      onLost: () => this.onLost(),
      onFailed: (error) => this.enterEnd(error),
      onError: (error) => this.warn(error),
      onHelloFailed: (error) => this.outage.onRefused(error),
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

  call(pattern: Pattern, data: unknown, timeoutMs: number): Promise<unknown> {
    return this.link.call(pattern, data, timeoutMs);
  }

  /** @throws PenstockError `CLOSED`, or why the balancer refused this client */
  requireOpen(): void {
    if (this.end !== undefined) throw this.end;
  }

  /** Hands a new task in with the others of this turn, as soon as there is room. */
  submit(task: OpenTask, isForeign: boolean): void {
    this.ledger.add(task, isForeign);
    this.unflushedBytes += task.payload.length;
    if (!this.link.live) this.beginOutage();
    else {
      if (this.unflushedBytes >= limits.batchBytes) this.fill();
      this.scheduleFlush();
    }
  }

  /** Follows the progress of a task, once the balancer has it. */
  watch(task: OpenTask): void {
    if (task.phase !== 'accepted') return;
    this.watches.push(task.id);
    this.scheduleFlush();
  }

  /** Says goodbye, and fails what is open. */
  close(): void {
    if (this.end !== undefined) return;
    if (this.link.live) this.send(this.collected);
    this.link.close({ goodbyePattern: Pattern.clientGoodbye });
    this.enterEnd(
      new PenstockError('CLOSED', 'the client is closed; what had not ended goes on at the balancer'),
    );
  }

  private enterEnd(error: PenstockError): void {
    this.end = error;
    this.wakeUp.stop();
    this.ledger.endAll(error);
  }

  private scheduleFlush(): void {
    if (this.isFlushDue) return;
    this.isFlushDue = true;
    this.ports.timers.soon(this.onTurn);
  }

  private readonly onTurn = (): void => {
    this.isFlushDue = false;
    this.flush();
  };

  private flush(): void {
    if (!this.link.live) return;
    this.fill();
    this.send(this.submits);
    this.sendWatches();
  }

  /** Packs what may be handed in, and sends the batches that are full. */
  private fill(): void {
    this.unflushedBytes = 0;
    // What is collected makes room for what is submitted.
    this.send(this.collected);
    const { submits, ledger } = this;
    const now = this.ports.clock.monotonicMs();
    for (let task = ledger.next(now); task !== undefined; task = ledger.next(now)) {
      if (submits.mustTakeBefore(task.payload.length)) this.send(submits);
      submits.add(task.idView, task.idOffset, task);
    }
    if (submits.count > 0) this.wakeNoLaterThan(now + ACKNOWLEDGED_WITHIN_MS);
  }

  private sendWatches(): void {
    const { watches } = this;
    if (watches.length === 0) return;
    this.watches = [];
    for (let at = 0; at < watches.length; at += WATCHES_PER_EVENT) {
      this.link.event(Pattern.clientWatch, { taskIds: watches.slice(at, at + WATCHES_PER_EVENT) });
    }
  }

  private send(writer: BatchWriter): void {
    const message = writer.take(this.link.session);
    if (message !== undefined) this.link.send(message);
  }

  private hello(): ClientHello {
    const { incarnation } = this;
    const identity = this.options.key?.identity(Pattern.clientHello, incarnation);
    return {
      protocol: PROTOCOL_VERSION,
      role: 'client',
      incarnation,
      host: hostname(),
      pid: process.pid,
      ...(identity === undefined ? {} : { identity }),
      waiting: this.ledger.listWaiting(),
    };
  }

  private onWelcome(data: unknown): ClientWelcome {
    const welcome = parseMessage(clientWelcomeSchema, data, 'the welcome');
    this.outage.end();
    // What was packed for an earlier session means nothing in this one.
    this.collected.take(welcome.session);
    this.submits.take(welcome.session);
    this.ledger.onWelcome(welcome);
    this.watches = Array.from(this.ledger.watched(), ({ id }) => id);
    this.scheduleFlush();
    return welcome;
  }

  private onLost(): void {
    this.ledger.onLost();
    if (this.ledger.size > 0) this.beginOutage();
  }

  private onBatch(kind: number, frames: Uint8Array[]): void {
    if (kind === Kind.result) this.onResults(frames);
    else if (kind === Kind.accepted) this.onAcknowledged(frames);
    else throw new PenstockError('UNKNOWN_KIND', `clients get no batches of kind ${kind}`);
  }

  private onAcknowledged(frames: Uint8Array[]): void {
    const { ledger, table } = this;
    const batch = this.acceptedReader.open(frames);
    const now = this.ports.clock.monotonicMs();
    const again: OpenTask[] = [];
    while (batch.next()) {
      const task = table.find(batch.view, batch.record);
      if (task === undefined) continue;
      if (batch.status === Admission.refused) {
        if (ledger.onRefused(task, refusalOf(batch), now, batch.retryAfterMs)) again.push(task);
      } else {
        const { message } = batch;
        if (message === undefined) ledger.onAccepted(task, acceptanceOf(batch));
        else if (ledger.onSameKey(task, message, acceptanceOf(batch))) again.push(task);
        if (task.isWatched) this.watch(task);
      }
    }
    if (again.length > 0) ledger.handInAgain(again);
    this.wakeNoLaterThan(this.outbox.wake(now));
    // A task that was refused for good has made room.
    this.scheduleFlush();
  }

  private onResults(frames: Uint8Array[]): void {
    const { ledger, table, collected } = this;
    const batch = this.resultReader.open(frames);
    while (batch.next()) {
      // Also of a task that has ended here: the balancer keeps it until it is told.
      if (collected.mustTakeBefore(0)) this.send(collected);
      collected.add(batch.view, batch.record);
      const task = table.find(batch.view, batch.record);
      if (task === undefined) continue;
      ledger.onResult(task, readOutcome(batch, task));
    }
    this.scheduleFlush();
  }

  private onEnvelope({ pattern, data }: EnvelopeCall): void {
    if (pattern === Pattern.protocolError) this.warn(PenstockError.fromWire(data));
    if (pattern !== Pattern.taskProgress) return;
    const { taskId, progress } = parseMessage(taskProgressSchema, data, pattern);
    this.table.findText(taskId)?.onProgress(progress);
  }

  private beginOutage(): void {
    this.outage.begin(this.ports.clock.monotonicMs());
    this.wakeNoLaterThan(this.outage.nextDeadline);
  }

  private wakeNoLaterThan(deadline: number): void {
    if (this.end === undefined) this.wakeUp.noLaterThan(deadline);
  }

  /** The one timer: does what is due, and says when the next thing is. */
  private onWake(now: number): number {
    const { ledger, outbox, outage } = this;
    outage.tick(now, ledger.size);
    const overdueAt = this.link.live ? ledger.resendOverdue(now) : Infinity;
    const restedAt = outbox.wake(now);
    this.scheduleFlush();
    return Math.min(overdueAt, restedAt, outage.nextDeadline);
  }

  private warn(error: unknown): void {
    const warning =
      error instanceof PenstockError ? error : new PenstockError('INTERNAL', String(error), { cause: error });
    try {
      this.options.onWarning(warning);
    } catch (thrown) {
      raise(thrown);
    }
  }
}

function refusalOf({ code, message, retryAfterMs }: AcceptedReader): PenstockError {
  return new PenstockError(
    isErrorCode(code) ? code : 'INTERNAL',
    message ?? 'the balancer gave no reason',
    retryAfterMs === 0 ? {} : { details: { retryAfterMs } },
  );
}

function acceptanceOf({ status, durability }: AcceptedReader): Acceptance {
  const level = acceptances[durability === Durability.disk ? 'disk' : 'memory'];
  return status === Admission.known ? level.known : level.taken;
}

function acceptancesOf(durability: Acceptance['durability']): Record<'taken' | 'known', Acceptance> {
  return {
    taken: Object.freeze({ durability, known: false }),
    known: Object.freeze({ durability, known: true }),
  };
}
