import {
  AcceptedReader,
  CollectedWriter,
  ContentType,
  decodeEnvelope,
  DispatchReader,
  Durability,
  encodeRules,
  isCall,
  Kind,
  OutcomeStatus,
  OutcomeWriter,
  PROTOCOL_VERSION,
  readHead,
  readTaskId,
  ResultReader,
  SettledReader,
  StartedWriter,
  SubmitWriter,
  TaskIdMinter,
  viewOf,
  writeTaskId,
  type Bytes,
  type HubGroup,
  type HubLease,
  type SessionId,
  type TaskId,
  type TaskRules,
} from '@penstock/protocol';
import type { Journal } from '@penstock/journal';
import { systemTimers, type Boot } from '@penstock/runtime';
import { defaultSettings, type SchedulerSettings } from '@penstock/scheduler';
import { Engine } from '../src/engine.js';

/** What the fixture's engine has that survives it. */
export interface FixtureOptions {
  /** Open already. */
  readonly journal?: Journal;
  readonly epoch?: number;
  /** The machine's run; default: unknown. */
  readonly boot?: Boot;
}

/** An engine with a clock of the test's own, and senders that record what goes out. */
export function engineFixture(
  scheduler: Partial<SchedulerSettings> = {},
  { journal, epoch = 7, boot }: FixtureOptions = {},
) {
  const clock = {
    now: 1_000,
    /** How far the wall clock was set. */
    wallStepMs: 0,
    monotonicMs: () => clock.now,
    wallMs: () => 1_700_000_000_000 + clock.now + clock.wallStepMs,
  };
  const toClients = new RecordingSender();
  const toHubs = new RecordingSender();
  const lines: string[] = [];
  const log = { log: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
  const engine = new Engine(
    {
      scheduler: { ...defaultSettings, ...scheduler },
      times: { heartbeatMs: 1_000, lostMs: 10_000, graceMs: 2_000 },
      epoch,
      idSalt: 1,
      version: '0.0.0-test',
      payloadBytesMax: 1_000_000,
      windowTasks: 100,
      windowBytes: 1_000_000,
      durability: journal === undefined ? 'memory' : 'disk',
      reattachMs: 10_000,
      feedSize: 100,
    },
    {
      clock,
      boot,
      timers: systemTimers,
      toClients,
      toHubs,
      log,
      ...(journal === undefined ? {} : { journal }),
    },
  );
  let peers = 0;
  const nextPeer = (): Uint8Array => Buffer.from([0, 0, 0, 0, ++peers]);
  return {
    engine,
    clock,
    lines,
    /** Lets all that was applied take effect. */
    turn: async (): Promise<void> => {
      engine.wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
    client: (incarnation = `client-${peers}`, waiting: string[] = []) =>
      new FakeClient(engine, toClients, nextPeer(), incarnation, waiting),
    hub: (groups: Partial<HubGroup>[] = [{}], incarnation = `hub-${peers}`, leases: HubLease[] = []) =>
      new FakeHub(engine, toHubs, nextPeer(), incarnation, groups, leases),
  };
}

/** Frames by the peer they were sent to. */
export class RecordingSender {
  private readonly sent: { peer: string; frames: readonly Uint8Array[] }[] = [];

  send(peer: Uint8Array, frames: readonly Uint8Array[]): void {
    this.sent.push({ peer: Buffer.from(peer).toString('hex'), frames });
  }

  /** Takes what was sent to a peer of a kind. */
  take(peer: Uint8Array, kind: number): (readonly Uint8Array[])[] {
    const key = Buffer.from(peer).toString('hex');
    const isWanted = (message: (typeof this.sent)[number]): boolean =>
      message.peer === key && readHead(message.frames[0] ?? new Uint8Array()).kind === kind;
    const taken = this.sent.filter(isWanted);
    for (const message of taken) this.sent.splice(this.sent.indexOf(message), 1);
    return taken.map(({ frames }) => frames);
  }

  /** Takes the events that were sent to a peer. */
  events(peer: Uint8Array): { pattern: string; data: unknown }[] {
    return this.take(peer, Kind.envelope).flatMap(([frame]) => {
      const { envelope } = decodeEnvelope(frame ?? new Uint8Array());
      return isCall(envelope) ? [{ pattern: envelope.pattern, data: envelope.data }] : [];
    });
  }
}

const hello = { protocol: PROTOCOL_VERSION, host: 'test', pid: 1 };

export class FakeClient {
  readonly session: SessionId;
  readonly unknown: string[];
  private readonly minter = new TaskIdMinter(() => 1_700_000_000_000, Math.random);

  constructor(
    private readonly engine: Engine,
    private readonly sender: RecordingSender,
    readonly peer: Uint8Array,
    incarnation: string,
    waiting: string[],
  ) {
    const welcome = engine.clients.hello(
      peer,
      { ...hello, role: 'client', incarnation, waiting },
      engine.now(),
    );
    this.session = welcome.session;
    this.unknown = welcome.unknown;
  }

  submit(
    name: string,
    payload: unknown = null,
    options: { userId?: string; priority?: number; taskId?: TaskId; rules?: TaskRules } = {},
  ): TaskId {
    const taskId = options.taskId ?? this.minter.mint(options.userId);
    const bytes = Buffer.from(JSON.stringify(payload));
    const writer = new SubmitWriter();
    writer.add(idView(taskId), 0, {
      name,
      userId: options.userId,
      priority: options.priority ?? 0,
      contentType: ContentType.json,
      payload: { buffer: bytes, offset: 0, length: bytes.byteLength },
      options: optionsOf(options.rules ?? {}),
    });
    this.engine.clients.submit(this.heard(), writer.take(this.session) ?? [], this.engine.now());
    return taskId;
  }

  /** Hands tasks in as one batch. */
  submitMany(
    tasks: readonly { readonly name: string; readonly payload: unknown; readonly rules?: TaskRules }[],
  ): TaskId[] {
    const writer = new SubmitWriter();
    const ids = tasks.map(({ name, payload, rules = {} }) => {
      const taskId = this.minter.mint();
      const buffer = Buffer.from(JSON.stringify(payload));
      writer.add(idView(taskId), 0, {
        name,
        userId: undefined,
        priority: 0,
        contentType: ContentType.json,
        payload: { buffer, offset: 0, length: buffer.byteLength },
        options: optionsOf(rules),
      });
      return taskId;
    });
    this.engine.clients.submit(this.heard(), writer.take(this.session) ?? [], this.engine.now());
    return ids;
  }

  collect(taskId: TaskId): void {
    const writer = new CollectedWriter();
    writer.add(idView(taskId), 0);
    this.engine.clients.collected(this.heard(), writer.take(this.session) ?? [], this.engine.now());
  }

  heard() {
    const session = this.engine.clients.heard(this.session, this.peer, this.engine.now());
    if (session === undefined) throw new Error('the session is not open');
    return session;
  }

  accepted(): { taskId: TaskId; status: number; code: string | undefined; durability?: 'disk' }[] {
    return this.sender.take(this.peer, Kind.accepted).flatMap((frames) => {
      const batch = new AcceptedReader().open(frames);
      const records = [];
      while (batch.next()) {
        records.push({
          taskId: readTaskId(batch.frame, batch.record),
          status: batch.status,
          code: batch.code,
          ...(batch.durability === Durability.disk ? { durability: 'disk' as const } : {}),
        });
      }
      return records;
    });
  }

  results() {
    return this.sender.take(this.peer, Kind.result).flatMap((frames) => {
      const batch = new ResultReader().open(frames);
      const records = [];
      while (batch.next()) {
        const { status, attempt, worker } = batch;
        const value =
          batch.payloadLength === 0
            ? undefined
            : (JSON.parse(Buffer.from(batch.payload).toString()) as unknown);
        records.push({ taskId: readTaskId(batch.frame, batch.record), status, attempt, worker, value });
      }
      return records;
    });
  }

  events() {
    return this.sender.events(this.peer);
  }
}

/** An attempt as a hub has it. */
export interface Attempt {
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly attempt: number;
  readonly slot: number;
  readonly name: string;
  readonly payload: unknown;
}

export class FakeHub {
  readonly session: SessionId;
  readonly revoked: HubLease[];

  constructor(
    private readonly engine: Engine,
    private readonly sender: RecordingSender,
    readonly peer: Uint8Array,
    incarnation: string,
    groups: Partial<HubGroup>[],
    leases: HubLease[],
  ) {
    const welcome = engine.hubs.hello(
      peer,
      { ...hello, role: 'hub', incarnation, name: incarnation, leases, groups: groups.map(group) },
      engine.now(),
    );
    this.session = welcome.session;
    this.revoked = welcome.revoked;
  }

  attempts(): Attempt[] {
    return this.sender.take(this.peer, Kind.dispatch).flatMap((frames) => {
      const batch = new DispatchReader().open(frames);
      const attempts: Attempt[] = [];
      while (batch.next()) {
        const { epoch, attempt, slot, name } = batch;
        const payload = JSON.parse(Buffer.from(batch.payload).toString()) as unknown;
        attempts.push({ taskId: readTaskId(batch.frame, batch.record), epoch, attempt, slot, name, payload });
      }
      return attempts;
    });
  }

  start(attempt: Attempt, worker = 'worker_1'): void {
    const writer = new StartedWriter();
    writer.add(idView(attempt.taskId), 0, attempt, worker);
    this.engine.hubs.started(this.heard(), writer.take(this.session) ?? [], this.engine.now());
  }

  end(attempt: Attempt, value: unknown = 'ok', status: OutcomeStatus = OutcomeStatus.done): void {
    const bytes = Buffer.from(JSON.stringify(value));
    const writer = new OutcomeWriter();
    writer.add(idView(attempt.taskId), 0, attempt, {
      status,
      contentType: ContentType.json,
      worker: 'worker_1',
      runMs: 5,
      payload: { buffer: bytes, offset: 0, length: bytes.byteLength },
    });
    this.engine.hubs.outcome(this.heard(), writer.take(this.session) ?? [], this.engine.now());
  }

  settled(): { taskId: TaskId; verdict: number }[] {
    return this.sender.take(this.peer, Kind.settled).flatMap((frames) => {
      const batch = new SettledReader().open(frames);
      const records = [];
      while (batch.next())
        records.push({ taskId: readTaskId(batch.frame, batch.record), verdict: batch.verdict });
      return records;
    });
  }

  heard() {
    const session = this.engine.hubs.heard(this.session, this.peer, this.engine.now());
    if (session === undefined) throw new Error('the session is not open');
    return session;
  }

  events() {
    return this.sender.events(this.peer);
  }
}

function group(given: Partial<HubGroup>): HubGroup {
  const defaults: HubGroup = {
    minPriority: null,
    maxPriority: null,
    tasks: ['HELLO'],
    slots: 1,
    window: 1,
    kind: 'process',
    niceness: 0,
    workers: ['worker_1'],
  };
  return { ...defaults, ...given };
}

function optionsOf(rules: TaskRules): Bytes {
  const buffer = encodeRules(rules);
  return { buffer, offset: 0, length: buffer.byteLength };
}

function idView(taskId: TaskId): DataView {
  const bytes = new Uint8Array(16);
  writeTaskId(taskId, bytes, 0);
  return viewOf(bytes);
}
