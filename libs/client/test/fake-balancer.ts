import {
  AcceptedWriter,
  Admission,
  CollectedReader,
  ContentType,
  Durability,
  encodeEnvelope,
  isCall,
  Kind,
  NO_SESSION,
  OutcomeStatus,
  Pattern,
  readRules,
  readTaskId,
  ResultWriter,
  SubmitReader,
  writeTaskId,
  type AdmissionDetail,
  type BatchWriter,
  type CancelReply,
  type ClientHello,
  type ClientWelcome,
  type EnvelopeCall,
  type ErrorCode,
  type FailureReport,
  type SessionId,
  type TaskId,
  type TaskRules,
  type TaskStatus,
  type WireError,
} from '@penstock/protocol';
import { readIncoming, RouterSocket } from '@penstock/zmq';
import { Inbox } from './inbox.js';

/** A task as the balancer got it. */
export interface Submitted {
  readonly taskId: TaskId;
  readonly name: string;
  readonly userId: string | undefined;
  readonly priority: number;
  readonly contentType: number;
  readonly bytes: Uint8Array;
  /** The payload as JSON; `undefined` when it is bytes. */
  readonly payload: unknown;
  readonly rules: TaskRules;
}

/** What a submission is answered with: `accept`, a code to refuse it with, the task that has its key, or nothing. */
export type Answer =
  | 'accept'
  | ErrorCode
  | { readonly refuse: ErrorCode; readonly retryAfterMs: number }
  | { readonly sameAs: string }
  | undefined;

/**
 * As much of a balancer as clients need, on real sockets: it keeps what it accepts, and ends tasks when a spec says
 * so or {@link run} does.
 */
export class FakeBalancer {
  readonly hellos = new Inbox<ClientHello>();
  /** Each submission of a task, repeated ones too. */
  readonly submissions = new Inbox<Submitted>();
  readonly collected = new Inbox<TaskId>();
  readonly watched = new Inbox<TaskId>();
  readonly cancels = new Inbox<TaskId>();
  readonly goodbyes = new Inbox<unknown>();
  /** Records in each batch of submissions. */
  readonly batches: number[] = [];
  /** The same of what was collected. */
  readonly collectedBatches: number[] = [];
  readonly tasks = new Map<string, Submitted>();
  limits: ClientWelcome['limits'] = {
    payloadBytes: 16 * 1024 * 1024,
    windowTasks: 10_000,
    windowBytes: 64 * 1024 * 1024,
    queuedPerUser: 0,
  };
  /** What becomes of a submission. */
  answer: (task: Submitted) => Answer = () => 'accept';
  /** Runs accepted tasks at once; what it returns is the result, `undefined` = the task goes on. */
  run: (task: Submitted) => unknown = () => undefined;
  /** What becomes of a cancel. */
  cancelled: (taskId: TaskId) => CancelReply = (taskId) => ({ taskId, from: 'running' });
  /** Refuses hellos. */
  helloError: WireError | undefined;
  epoch = 1;
  durability: Durability = Durability.memory;
  private peer: Uint8Array = new Uint8Array(0);
  private session: SessionId = NO_SESSION;
  private sessions = 0;
  private router: RouterSocket;
  private readonly submitReader = new SubmitReader();
  private readonly collectedReader = new CollectedReader();
  private readonly acknowledgements = new AcceptedWriter();
  private readonly results = new ResultWriter();
  private readonly idView = new DataView(new ArrayBuffer(16));

  private constructor(endpoint: string) {
    this.router = this.newRouter(endpoint);
  }

  static async start(limits: Partial<ClientWelcome['limits']> = {}): Promise<FakeBalancer> {
    const balancer = new FakeBalancer('tcp://127.0.0.1:*');
    balancer.limits = { ...balancer.limits, ...limits };
    await balancer.router.bind();
    return balancer;
  }

  get endpoint(): string {
    return this.router.endpoint;
  }

  /** Goes away; {@link restart} comes back at the same address. */
  stop(): Promise<void> {
    return this.router.close();
  }

  /** @param keepsTasks false = in a new epoch, with nothing of what it had */
  async restart({ keepsTasks }: { keepsTasks: boolean }): Promise<void> {
    const { endpoint } = this;
    await this.stop();
    if (!keepsTasks) {
      this.tasks.clear();
      this.epoch += 1;
    }
    this.router = this.newRouter(endpoint);
    await this.router.bind();
  }

  accept(...tasks: readonly Submitted[]): void {
    for (const { taskId } of tasks) this.acknowledge(taskId, Admission.accepted);
    this.send(this.acknowledgements);
  }

  refuse(code: ErrorCode, ...tasks: readonly Submitted[]): void {
    for (const { taskId } of tasks) this.acknowledge(taskId, Admission.refused, refusal(code));
    this.send(this.acknowledgements);
  }

  /** Ends a task with what its handler returned. */
  finish({ taskId }: Pick<Submitted, 'taskId'>, value: unknown): void {
    this.putEnd(taskId, OutcomeStatus.done, value);
    this.send(this.results);
  }

  fail({ taskId }: Submitted, report: FailureReport): void {
    this.putEnd(taskId, OutcomeStatus.failed, report);
    this.send(this.results);
  }

  /** Ends a task without a result, or with what is told of its end. */
  end({ taskId }: Submitted, status: OutcomeStatus, report?: unknown): void {
    this.putEnd(taskId, status, report);
    this.send(this.results);
  }

  event(pattern: Pattern, data: unknown): void {
    this.router.send(this.peer, [encodeEnvelope({ pattern, data }, this.session)]);
  }

  private newRouter(endpoint: string): RouterSocket {
    return new RouterSocket({
      endpoint,
      maxMessageBytes: 64 * 1024 * 1024,
      onMessage: (peer, frames) => this.onMessage(peer, frames),
      onError: (error) => {
        throw new Error('the fake balancer failed', { cause: error });
      },
    });
  }

  private onMessage(peer: Uint8Array, frames: Uint8Array[]): void {
    const { head, envelope } = readIncoming(frames);
    if (envelope !== undefined && isCall(envelope) && envelope.pattern === Pattern.clientHello) {
      this.onHello(peer, envelope);
      return;
    }
    const isOpen = head.epoch === this.session.epoch && head.number === this.session.number;
    if (!isOpen || Buffer.compare(peer, this.peer) !== 0) {
      const notice = { pattern: Pattern.sessionUnknown, data: { reason: 'not open here' } };
      this.router.send(peer, [encodeEnvelope(notice, { epoch: head.epoch, number: head.number })]);
    } else if (envelope === undefined) this.onBatch(head.kind, frames);
    else if (isCall(envelope)) this.onCall(envelope);
  }

  private onHello(peer: Uint8Array, { id = '', data }: EnvelopeCall): void {
    const hello = data as ClientHello;
    if (this.helloError !== undefined) {
      this.router.send(peer, [encodeEnvelope({ id, err: this.helloError, isDisposed: true }, NO_SESSION)]);
      return;
    }
    this.peer = Buffer.from(peer);
    this.session = { epoch: this.epoch, number: ++this.sessions };
    const welcome: ClientWelcome = {
      session: this.session,
      version: 'fake',
      heartbeatMs: 1_000,
      lostMs: 10_000,
      limits: this.limits,
      durability: this.durability === Durability.disk ? 'disk' : 'memory',
      unknown: hello.waiting.filter((taskId) => !this.tasks.has(taskId)),
    };
    this.router.send(peer, [encodeEnvelope({ id, response: welcome, isDisposed: true }, NO_SESSION)]);
    this.hellos.put(hello);
  }

  private onBatch(kind: number, frames: Uint8Array[]): void {
    if (kind === Kind.collected) {
      const batch = this.collectedReader.open(frames);
      this.collectedBatches.push(batch.count);
      while (batch.next()) this.collected.put(readTaskId(batch.frame, batch.record));
    } else if (kind === Kind.submit) this.onSubmit(frames);
    else throw new Error(`clients do not send kind ${kind}`);
  }

  private onSubmit(frames: Uint8Array[]): void {
    const batch = this.submitReader.open(frames);
    const tasks: Submitted[] = [];
    while (batch.next()) {
      const bytes = new Uint8Array(batch.payload);
      const isJson = batch.contentType === ContentType.json;
      tasks.push({
        taskId: readTaskId(batch.frame, batch.record),
        name: batch.name ?? '',
        userId: batch.userId,
        priority: batch.priority,
        contentType: batch.contentType,
        bytes,
        rules: readRules(batch.frame, batch.optionsOffset, batch.optionsLength),
        payload: isJson ? JSON.parse(Buffer.from(bytes).toString()) : undefined,
      });
    }
    this.batches.push(tasks.length);
    for (const task of tasks) this.admit(task);
    this.send(this.acknowledgements);
    this.send(this.results);
    for (const task of tasks) this.submissions.put(task);
  }

  private admit(task: Submitted): void {
    const answer = this.answer(task);
    if (answer === undefined) return;
    if (typeof answer === 'object' && 'sameAs' in answer) {
      this.acknowledge(task.taskId, Admission.known, { message: answer.sameAs });
      return;
    }
    if (answer !== 'accept') {
      const detail = typeof answer === 'string' ? refusal(answer) : { ...answer, code: answer.refuse };
      this.acknowledge(task.taskId, Admission.refused, detail);
      return;
    }
    this.acknowledge(task.taskId, this.tasks.has(task.taskId) ? Admission.known : Admission.accepted);
    this.tasks.set(task.taskId, task);
    const value = this.run(task);
    if (value !== undefined) this.putEnd(task.taskId, OutcomeStatus.done, value);
  }

  private onCall({ pattern, data, id }: EnvelopeCall): void {
    const { taskIds = [], taskId } = data as { taskIds?: TaskId[]; taskId?: TaskId };
    if (pattern === Pattern.clientWatch) for (const watched of taskIds) this.watched.put(watched);
    else if (pattern === Pattern.clientGoodbye) this.goodbyes.put(data);
    else if (pattern === Pattern.clientStatus) {
      this.reply(id, { response: taskIds.flatMap((known) => this.statusOf(known)) });
    } else if (pattern === Pattern.clientCancel && taskId !== undefined) {
      this.reply(id, { response: this.cancelled(taskId) });
      this.cancels.put(taskId);
    } else if (pattern !== Pattern.heartbeat) throw new Error(`clients do not say ${pattern}`);
  }

  private reply(id: string | undefined, reply: { response?: unknown; err?: unknown }): void {
    this.router.send(this.peer, [encodeEnvelope({ ...reply, id: id ?? '', isDisposed: true }, this.session)]);
  }

  private statusOf(taskId: TaskId): TaskStatus[] {
    const task = this.tasks.get(taskId);
    if (task === undefined) return [];
    const { name, userId = 'anonymous', priority, bytes } = task;
    const state = 'running';
    const times = { submittedAt: 1, startedAt: 2 };
    return [
      {
        taskId,
        name,
        userId,
        priority,
        state,
        progress: 7,
        attempt: 1,
        payloadBytes: bytes.length,
        ...times,
      },
    ];
  }

  private acknowledge(taskId: TaskId, status: Admission, detail?: AdmissionDetail): void {
    if (this.acknowledgements.mustTakeBefore(0)) this.send(this.acknowledgements);
    this.acknowledgements.add(this.viewOfId(taskId), 0, status, this.durability, detail);
  }

  private putEnd(taskId: TaskId, status: OutcomeStatus, value: unknown): void {
    const isBytes = value instanceof Uint8Array;
    const buffer = isBytes ? value : Buffer.from(value === undefined ? '' : JSON.stringify(value));
    if (this.results.mustTakeBefore(buffer.byteLength)) {
      this.send(this.acknowledgements);
      this.send(this.results);
    }
    this.results.add(this.viewOfId(taskId), 0, {
      attempt: 1,
      status,
      contentType: isBytes ? ContentType.bytes : ContentType.json,
      worker: 'hub/1',
      waitMs: 1.5,
      runMs: 2.5,
      payload: { buffer, offset: 0, length: buffer.byteLength },
    });
  }

  private viewOfId(taskId: TaskId): DataView {
    writeTaskId(taskId, new Uint8Array(this.idView.buffer), 0);
    return this.idView;
  }

  private send(writer: BatchWriter): void {
    const message = writer.take(this.session);
    if (message !== undefined) this.router.send(this.peer, message);
  }
}

function refusal(code: ErrorCode): AdmissionDetail {
  return { code, message: `refused: ${code}` };
}
