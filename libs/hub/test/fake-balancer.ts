import {
  ContentType,
  decodeEnvelope,
  DispatchWriter,
  encodeEnvelope,
  isCall,
  Kind,
  OutcomeReader,
  outcomeStatusNames,
  Pattern,
  readHead,
  readTaskId,
  SettledWriter,
  StartedReader,
  TaskIdMinter,
  Verdict,
  viewOf,
  writeTaskId,
  type EnvelopeCall,
  type HubCredit,
  type HubHello,
  type HubLease,
  type HubReturned,
  type SessionId,
  type TaskId,
  type TaskRules,
} from '@penstock/protocol';
import { RouterSocket } from '@penstock/zmq';
import { optionsOf } from './dispatched.js';
import { EventLog } from './event-log.js';

/** How an attempt ended, as the balancer of a test sees it. */
export interface SeenOutcome {
  readonly taskId: TaskId;
  readonly attempt: number;
  readonly status: string;
  readonly worker: string;
  readonly runMs: number;
  readonly value: unknown;
  readonly epoch: number;
  readonly flags: number;
}

/** What to dispatch. */
export interface TestTask {
  readonly name: string;
  readonly payload?: unknown;
  readonly group?: number;
  readonly attempt?: number;
  readonly taskId?: TaskId;
  readonly rules?: TaskRules;
}

/** A balancer as far as a hub sees it: it says welcome, dispatches what a test wants, and keeps what it hears. */
export class FakeBalancer {
  readonly hellos = new EventLog<HubHello>();
  readonly started = new EventLog<{ taskId: TaskId; attempt: number; worker: string }>();
  readonly outcomes = new EventLog<SeenOutcome>();
  readonly events = new EventLog<EnvelopeCall>();
  readonly credits = new EventLog<HubCredit>();
  /** Whether outcomes are settled as they come. */
  settles = true;
  /** The leases that the next welcome revokes. */
  revoked: HubLease[] = [];
  /** Whether what the hub gives back is dispatched to it again. */
  redispatches = false;
  /** Whether a hello is answered at once; if not, `welcome` answers the latest one. */
  isWelcoming = true;
  /** Of sessions and leases from now on: a balancer that was restarted has a higher one. */
  epoch = 7;
  heartbeatMs = 200;
  lostMs = 5_000;
  private sessions = 0;
  private slots = 0;
  private peer: Uint8Array | undefined;
  private unanswered: (() => void) | undefined;
  private readonly minter = new TaskIdMinter(Date.now, Math.random);
  private readonly dispatch = new DispatchWriter();
  private readonly settled = new SettledWriter();
  private readonly id = new Uint8Array(16);
  private readonly sent = new Map<string, TestTask & { readonly taskId: TaskId }>();

  private constructor(private readonly router: RouterSocket) {}

  static async listen(endpoint = 'tcp://127.0.0.1:*'): Promise<FakeBalancer> {
    const router = new RouterSocket({
      endpoint,
      maxMessageBytes: 32 * 1024 * 1024,
      onMessage: (peer, frames) => balancer.onMessage(peer, frames),
      onError: (error) => {
        throw error;
      },
    });
    const balancer: FakeBalancer = new FakeBalancer(router);
    await router.bind();
    return balancer;
  }

  /** After {@link close}: another one at the same address. */
  async again(): Promise<FakeBalancer> {
    return FakeBalancer.listen(this.endpoint);
  }

  get endpoint(): string {
    return this.router.endpoint;
  }

  get session(): SessionId {
    return { epoch: this.epoch, number: this.sessions };
  }

  async close(): Promise<void> {
    await this.router.close();
  }

  /** Dispatches tasks in one batch; their ids. */
  send(...tasks: readonly TestTask[]): TaskId[] {
    const ids = tasks.map((task) => {
      const taskId = task.taskId ?? this.minter.mint();
      this.sent.set(taskId, { ...task, taskId });
      const { payload } = task;
      const isBytes = payload instanceof Uint8Array;
      const buffer = isBytes ? payload : Buffer.from(JSON.stringify(payload ?? null));
      writeTaskId(taskId, this.id, 0);
      if (this.dispatch.isFull || this.dispatch.mustTakeBefore(buffer.byteLength)) this.flush();
      this.dispatch.add(
        viewOf(this.id),
        0,
        { epoch: this.epoch, attempt: task.attempt ?? 1, slot: this.slots++ },
        {
          group: task.group ?? 0,
          name: task.name,
          userId: 'anonymous',
          priority: 0,
          contentType: isBytes ? ContentType.bytes : ContentType.json,
          payload: { buffer, offset: 0, length: buffer.byteLength },
          options: optionsOf(task.rules ?? {}),
        },
      );
      return taskId;
    });
    this.flush();
    return ids;
  }

  /** Dispatches one task; its id. */
  sendOne(task: TestTask): TaskId {
    const [taskId] = this.send(task);
    if (taskId === undefined) throw new Error('nothing was sent');
    return taskId;
  }

  lease(taskId: TaskId, attempt = 1): HubLease {
    return { taskId, epoch: this.epoch, attempt };
  }

  cancel(taskId: TaskId, attempt = 1): void {
    this.event(Pattern.hubCancel, this.lease(taskId, attempt));
  }

  event(pattern: string, data: unknown): void {
    this.write([encodeEnvelope({ pattern, data }, this.session)]);
  }

  /** Settles what was not, and outcomes as they come from now on. */
  settleAll(): void {
    this.settles = true;
    for (const { taskId, attempt, epoch } of this.outcomes.all) {
      writeTaskId(taskId, this.id, 0);
      this.settled.add(viewOf(this.id), 0, { epoch, attempt, slot: 0 }, Verdict.accepted);
      if (this.settled.isFull) this.flushSettled();
    }
    this.flushSettled();
  }

  /** Settles one attempt. */
  settle(taskId: TaskId, attempt = 1, epoch = this.epoch): void {
    writeTaskId(taskId, this.id, 0);
    this.settled.add(viewOf(this.id), 0, { epoch, attempt, slot: 0 }, Verdict.accepted);
    this.flushSettled();
  }

  /** The outcome of a task, once it is there. */
  async outcomeOf(taskId: TaskId): Promise<SeenOutcome> {
    return this.outcomes.find((outcome) => outcome.taskId === taskId);
  }

  async startOf(taskId: TaskId): Promise<{ worker: string }> {
    return this.started.find((start) => start.taskId === taskId);
  }

  async eventOf(pattern: string, isIt: (data: never) => boolean = () => true): Promise<unknown> {
    const { data } = await this.events.find(
      (event) => event.pattern === pattern && isIt(event.data as never),
    );
    return data;
  }

  /** Resolves when the hub's credit for a group reaches `window`. */
  async window(window: number, group = 0): Promise<void> {
    await this.credits.find((credit) => credit.group === group && credit.window >= window);
  }

  /** Answers the latest hello, and those that follow at once. */
  welcome(): void {
    this.isWelcoming = true;
    this.unanswered?.();
    this.unanswered = undefined;
  }

  private flush(): void {
    const batch = this.dispatch.take(this.session);
    if (batch !== undefined) this.write(batch);
  }

  private write(frames: readonly Uint8Array[]): void {
    if (this.peer === undefined) throw new Error('no hub has said hello yet');
    this.router.send(this.peer, frames);
  }

  private onMessage(peer: Uint8Array, frames: Uint8Array[]): void {
    const [first] = frames;
    if (first === undefined) return;
    const head = readHead(first);
    if (head.kind === Kind.outcome) this.onOutcomes(frames);
    else if (head.kind === Kind.started) this.onStarted(frames);
    else if (head.kind === Kind.envelope) {
      const { envelope } = decodeEnvelope(first);
      if (isCall(envelope)) this.onCall(peer, envelope);
    }
  }

  private onCall(peer: Uint8Array, call: EnvelopeCall): void {
    const { id } = call;
    if (call.pattern === Pattern.hubHello && id !== undefined) {
      this.unanswered = () => this.answer(peer, id, call.data as HubHello);
      if (this.isWelcoming) this.welcome();
    } else if (call.pattern === Pattern.hubCredit) this.credits.add(call.data as HubCredit);
    else {
      if (call.pattern === Pattern.hubHeartbeat) this.event(Pattern.heartbeat, {});
      if (call.pattern === Pattern.hubReturned && this.redispatches)
        this.redispatch(call.data as HubReturned);
      this.events.add(call);
    }
  }

  private redispatch({ leases }: HubReturned): void {
    for (const { taskId } of leases) {
      const task = this.sent.get(taskId);
      if (task !== undefined) this.send(task);
    }
  }

  private answer(peer: Uint8Array, id: string, hello: HubHello): void {
    this.peer = peer;
    this.sessions += 1;
    const { session, heartbeatMs, lostMs, revoked } = this;
    this.revoked = [];
    const response = { session, version: 'test', heartbeatMs, lostMs, revoked };
    this.write([encodeEnvelope({ id, response, isDisposed: true }, session)]);
    this.hellos.add(hello);
  }

  private onStarted(frames: readonly Uint8Array[]): void {
    const reader = new StartedReader().open(frames);
    while (reader.next()) {
      const { attempt, worker } = reader;
      this.started.add({ taskId: readTaskId(reader.frame, reader.record), attempt, worker });
    }
  }

  private onOutcomes(frames: readonly Uint8Array[]): void {
    const reader = new OutcomeReader().open(frames);
    while (reader.next()) {
      const taskId = readTaskId(reader.frame, reader.record);
      const { attempt, worker, runMs, epoch, flags } = reader;
      const bytes = Buffer.from(reader.payload);
      const text = bytes.toString();
      const value: unknown =
        reader.contentType === ContentType.bytes ? bytes : text === '' ? null : JSON.parse(text);
      const status = outcomeStatusNames[reader.status] ?? String(reader.status);
      if (this.settles) this.settled.add(reader.view, reader.record, reader, Verdict.accepted);
      this.outcomes.add({ taskId, attempt, status, worker, runMs, value, epoch, flags });
    }
    this.flushSettled();
  }

  private flushSettled(): void {
    const batch = this.settled.take(this.session);
    if (batch !== undefined) this.write(batch);
  }
}
