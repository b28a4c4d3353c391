import {
  Admission,
  CollectedReader,
  Durability,
  parseTaskId,
  PenstockError,
  PROTOCOL_VERSION,
  SubmitReader,
  writeTaskId,
  type CancelReply,
  type ClientHello,
  type ClientWelcome,
  type SessionId,
  type TaskStatus,
} from '@penstock/protocol';
import type { Task } from '@penstock/scheduler';
import { ClientOutbox } from './egress/client-outbox.js';
import type { Egress } from './egress/egress.js';
import type { PeerSender } from './egress/peer-sender.js';
import { ResultFlow } from './egress/result-flow.js';
import type { EngineSettings } from './engine-settings.js';
import type { Partition } from './partition.js';
import { maySee, requireSameKey, type Principal } from './principal.js';
import type { ClientSession } from './session.js';
import type { Sessions } from './sessions.js';
import { sendUnknown } from './session-unknown.js';
import { retryAfterMs, type Submissions, type Verdict } from './submissions.js';

/** Serves clients: everything that one can say, from hello to goodbye. */
export class ClientDesk {
  private readonly submitReader = new SubmitReader();
  private readonly collectedReader = new CollectedReader();

  constructor(
    private readonly partition: Partition,
    private readonly submissions: Submissions,
    private readonly sessions: Sessions<ClientSession>,
    private readonly egress: Egress,
    private readonly sender: PeerSender,
    private readonly settings: EngineSettings,
  ) {}

  /**
   * Opens a session for the process at `peer`, and lets it wait again for what it waited for before.
   *
   * @param principal whose key it has, where there are keys
   * @throws PenstockError `UNSUPPORTED_VERSION`, `FORBIDDEN`, `TOO_MANY_SESSIONS`
   */
  hello(peer: Uint8Array, hello: ClientHello, now: number, principal?: Principal): ClientWelcome {
    requireProtocol(hello.protocol);
    const { windowTasks, windowBytes, payloadBytesMax, epoch } = this.settings;
    const before = this.sessions.ofIncarnation(hello.incarnation);
    requireSameKey(before, principal);
    if (before === undefined) this.sessions.requireRoom(principal);
    if (before !== undefined) this.sessions.replace(before);
    const number = this.sessions.freeNumber();
    const session: ClientSession = {
      role: 'client',
      number,
      peer: Buffer.from(peer),
      incarnation: hello.incarnation,
      principal,
      host: hello.host,
      pid: hello.pid,
      openedAt: now,
      outbox: new ClientOutbox(this.sender, Buffer.from(peer), { epoch, number }, this.egress.onPending),
      lastHeardAt: now,
      disconnectedAt: undefined,
      isOpen: true,
      windowTasks,
      windowBytes,
      openTasks: 0,
      openBytes: 0,
      results: new ResultFlow(windowBytes),
    };
    this.sessions.add(session);
    this.egress.holdBack(session.outbox);
    const unknown: string[] = [];
    for (const taskId of hello.waiting) {
      const task = this.findFor(session.principal, taskId);
      if (task === undefined || this.partition.scheduler.retention.isRecord(task)) unknown.push(taskId);
      else this.submissions.attach(task, session);
    }
    return {
      session: { epoch, number },
      version: this.settings.version,
      heartbeatMs: this.settings.times.heartbeatMs,
      lostMs: this.settings.times.lostMs,
      durability: this.settings.durability,
      limits: {
        payloadBytes: payloadBytesMax,
        windowTasks,
        windowBytes,
        queuedPerUser: this.settings.scheduler.queuedPerUser,
      },
      unknown,
    };
  }

  /** The open session of a frame that came; a peer that names another is told so, and says hello again. */
  heard(id: SessionId, peer: Uint8Array, now: number): ClientSession | undefined {
    const session = this.sessions.heard(id, peer, now);
    if (session === undefined) sendUnknown(this.sender, peer, id);
    return session;
  }

  /** Tasks were handed in. @returns how many */
  submit(session: ClientSession, frames: readonly Uint8Array[], now: number): number {
    const batch = this.submitReader.open(frames);
    this.submissions.admit(batch, session, now, (verdict) => this.acknowledge(session, batch, verdict));
    return batch.count;
  }

  private acknowledge({ outbox }: ClientSession, { view, record }: SubmitReader, verdict: Verdict): void {
    const { status } = verdict;
    if (status === Admission.refused) {
      const { refusal } = verdict;
      const after = retryAfterMs(refusal);
      const detail = after === undefined ? refusal : { ...refusal, retryAfterMs: after };
      outbox.accepted(view, record, status, Durability.memory, detail);
      return;
    }
    const { task } = verdict;
    const detail =
      status === Admission.known && verdict.isByKey ? { message: this.partition.idOf(task) } : undefined;
    outbox.accepted(view, record, status, this.partition.durabilityOf(task), detail);
  }

  /** Results have arrived. @returns how many */
  collected(session: ClientSession, frames: readonly Uint8Array[], now: number): number {
    const batch = this.collectedReader.open(frames);
    const { scheduler } = this.partition;
    while (batch.next()) {
      session.results.collected();
      const task = scheduler.find(batch.view, batch.record);
      if (task !== undefined && this.partition.detach(task, session)) scheduler.collected(task, now);
    }
    this.partition.sendHeldResults(session);
    return batch.count;
  }

  /** What became of tasks; those that are not known, or are not for the principal to see, are left out. */
  status(taskIds: readonly string[], principal?: Principal): TaskStatus[] {
    return taskIds.flatMap((taskId) => {
      const task = this.findFor(principal, taskId);
      return task === undefined ? [] : [this.partition.fullView(task)];
    });
  }

  cancel(taskId: string, now: number, principal?: Principal): CancelReply {
    const task = this.findFor(principal, taskId);
    if (task === undefined) return { taskId, from: 'unknown' };
    const from = this.partition.scheduler.cancel(task, now);
    return { taskId, from, state: task.state };
  }

  /** A session wants to know how far these tasks get. */
  watch(session: ClientSession, taskIds: readonly string[]): void {
    for (const taskId of taskIds) {
      const task = this.findFor(session.principal, taskId);
      if (task !== undefined) this.partition.progressWatchers.add(task.slot, session);
    }
  }

  goodbye(session: ClientSession, now: number): void {
    this.sessions.end(session, 'it said goodbye', now);
  }

  /** The task of an id, if this principal may know of it: one of others is as good as none. */
  private findFor(principal: Principal | undefined, taskId: string): Task | undefined {
    const task = this.find(taskId);
    return task !== undefined && maySee(principal, task) ? task : undefined;
  }

  private readonly idBytes = new Uint8Array(16);
  private readonly idView = new DataView(this.idBytes.buffer);

  /**
   * The task of an id as text.
   *
   * @throws PenstockError `INVALID_TASK_ID`
   */
  find(taskId: string): Task | undefined {
    writeTaskId(parseTaskId(taskId), this.idBytes, 0);
    return this.partition.scheduler.find(this.idView, 0);
  }
}

/** @throws PenstockError `UNSUPPORTED_VERSION` */
export function requireProtocol(spoken: number): void {
  if (spoken === PROTOCOL_VERSION) return;
  throw new PenstockError('UNSUPPORTED_VERSION', `protocol version ${spoken} is not spoken here`, {
    details: { spoken: PROTOCOL_VERSION, received: spoken },
  });
}
