import {
  OutcomeFlag,
  OutcomeReader,
  OutcomeStatus,
  parseTaskId,
  StartedReader,
  TASK_ID_BYTES,
  Verdict,
  viewOf,
  writeTaskId,
  type ControlDown,
  type HubCredit,
  type HubGroup,
  type HubHeartbeat,
  type HubHello,
  type HubLost,
  type HubReturned,
  type HubLease,
  type HubProgress,
  type HubWelcome,
  type SessionId,
} from '@penstock/protocol';
import { isFinal, type AttemptError, type Failure, type Hub, type Task } from '@penstock/scheduler';
import type { Egress } from './egress/egress.js';
import { HubOutbox } from './egress/hub-outbox.js';
import type { PeerSender } from './egress/peer-sender.js';
import { requireProtocol } from './client-desk.js';
import type { EngineSettings } from './engine-settings.js';
import type { Log } from './log.js';
import type { Partition } from './partition.js';
import { requireOwnProbe, requireSameKey, requireTasks, type Principal } from './principal.js';
import type { HubSession } from './session.js';
import type { Sessions } from './sessions.js';
import { sendUnknown } from './session-unknown.js';

/** The slot of a lease that came in a control message, which carries none. */
const NO_SLOT = 0xffff_ffff;

/** A hub that has said hello: what it keeps of the leases that it listed, and what not. */
interface Joined {
  readonly hub: Hub;
  readonly revoked: HubLease[];
  readonly held: ReadonlySet<Task>;
}

/** Serves hubs: everything that one can say, from hello to goodbye. */
export class HubDesk {
  private readonly startedReader = new StartedReader();
  private readonly outcomeReader = new OutcomeReader();
  private readonly idBytes = new Uint8Array(TASK_ID_BYTES);
  private readonly idView = viewOf(this.idBytes);

  constructor(
    private readonly partition: Partition,
    private readonly sessions: Sessions<HubSession>,
    private readonly egress: Egress,
    private readonly sender: PeerSender,
    private readonly settings: EngineSettings,
    private readonly log: Log,
  ) {}

  /**
   * Opens a session for the hub at `peer`. A process that had one goes on in the new one with the leases that both
   * ends agree on; what only it claims is revoked, what only we knew of was lost on the way and is queued again.
   *
   * @param principal whose key it has, where there are keys
   * @throws PenstockError `UNSUPPORTED_VERSION`, `FORBIDDEN`, `TOO_MANY_SESSIONS`, `TOO_MANY_BANDS`, `TOO_MANY_NAMES`
   */
  hello(peer: Uint8Array, hello: HubHello, now: number, principal?: Principal): HubWelcome {
    requireProtocol(hello.protocol);
    requireTasks(hello.groups, principal);
    requireOwnProbe(hello.probe, principal);
    const before = this.sessions.ofIncarnation(hello.incarnation);
    requireSameKey(before, principal);
    if (before === undefined) this.sessions.requireRoom(principal);
    const { hub, revoked, held } =
      before === undefined ? this.join(hello, now) : this.rejoin(before, hello, now);
    const { epoch } = this.settings;
    const number = this.sessions.freeNumber();
    const session: HubSession = {
      role: 'hub',
      number,
      peer: Buffer.from(peer),
      incarnation: hello.incarnation,
      principal,
      host: hello.host,
      pid: hello.pid,
      openedAt: before?.openedAt ?? now,
      outbox: new HubOutbox(this.sender, Buffer.from(peer), { epoch, number }, this.egress.onPending),
      lastHeardAt: now,
      disconnectedAt: undefined,
      isOpen: true,
      hub,
      groups: hello.groups,
      probe: hello.probe,
      httpPort: hello.httpPort,
      cpu: 0,
      workerCpu: {},
    };
    this.sessions.add(session);
    this.egress.holdBack(session.outbox);
    this.partition.hubSessions.set(hub, session);
    // What was said while it could not hear.
    for (const task of held) if (task.cancelling) this.partition.sendCancel(task, session);
    this.announce(session, before);
    const { heartbeatMs, lostMs } = this.settings.times;
    return { session: { epoch, number }, version: this.settings.version, heartbeatMs, lostMs, revoked };
  }

  /** The open session of a frame that came; a peer that names another is told so, and says hello again. */
  heard(id: SessionId, peer: Uint8Array, now: number): HubSession | undefined {
    const session = this.sessions.heard(id, peer, now);
    if (session === undefined) sendUnknown(this.sender, peer, id);
    return session;
  }

  heartbeat(session: HubSession, { cpu, workers }: HubHeartbeat): void {
    session.cpu = cpu;
    session.workerCpu = workers ?? {};
    this.partition.scheduler.setLoad(session.hub, cpu);
  }

  credit({ hub }: HubSession, { group, sequence, window }: HubCredit): void {
    this.partition.scheduler.setCredit(hub, group, sequence, window);
  }

  /**
   * A hub's groups have changed.
   *
   * @throws PenstockError `FORBIDDEN`, `TOO_MANY_BANDS`, `TOO_MANY_NAMES`
   */
  setGroups(session: HubSession, groups: readonly HubGroup[]): void {
    requireTasks(groups, session.principal);
    this.partition.scheduler.setGroups(session.hub, groups);
    session.groups = groups;
    this.log.log(`LB - HUB ${session.hub.name} HAS NEW TASKS: ${taskNames(groups)}`);
    this.partition.feed.publish('worker', { event: 'changed', hub: session.hub.name });
  }

  /** Workers began attempts. @returns how many */
  started({ hub }: HubSession, frames: readonly Uint8Array[], now: number): number {
    const batch = this.startedReader.open(frames);
    const { scheduler } = this.partition;
    while (batch.next()) {
      const task = scheduler.leased(hub, batch.view, batch.record, batch);
      if (task === undefined) continue;
      scheduler.started(task, batch.worker, now);
      this.partition.publish(task);
    }
    return batch.count;
  }

  /** Attempts have ended. Whatever becomes of an outcome, it is settled: the hub may forget it. @returns how many */
  outcome(session: HubSession, frames: readonly Uint8Array[], now: number): number {
    const batch = this.outcomeReader.open(frames);
    const { scheduler, results, journal } = this.partition;
    const held = results.hold(batch.payloadFrame);
    for (let index = 0; batch.next(); index++) {
      const { view, record, status, payloadLength } = batch;
      const task =
        status <= OutcomeStatus.cancelled ? scheduler.leased(session.hub, view, record, batch) : undefined;
      if (task === undefined) {
        session.outbox.settled(view, record, batch, Verdict.refused, false);
        continue;
      }
      const { slot } = task;
      results.put(slot, batch.contentType, held.buffer, batch.payloadOffset + held.shift, payloadLength);
      task.worker = batch.worker;
      const failure = status === OutcomeStatus.failed ? failureOf(batch) : undefined;
      scheduler.ended(
        task,
        status as OutcomeStatus,
        Math.max(0, batch.runMs || 0),
        payloadLength,
        now,
        failure,
      );
      if (isFinal(task.state)) journal?.outcomeCounted(index, task);
      else results.drop(slot);
      session.outbox.settled(view, record, batch, Verdict.accepted, this.partition.keeps(task));
    }
    journal?.outcomesRead(batch);
    return batch.count;
  }

  progress({ hub }: HubSession, { progress, ...lease }: HubProgress): void {
    const task = this.leased(hub, lease);
    if (task === undefined) return;
    task.progress = progress;
    for (const watcher of this.partition.progressWatchers.of(task.slot)) {
      watcher.outbox.event('task.progress', { taskId: lease.taskId, progress });
    }
    this.partition.publish(task);
  }

  /** Attempts came back that no worker had begun. */
  returned({ hub }: HubSession, { leases, reason }: HubReturned, now: number): void {
    for (const lease of leases.toReversed()) {
      const task = this.leased(hub, lease);
      if (task !== undefined)
        this.partition.scheduler.release(task, 'returned', now, { name: 'Returned', message: reason });
    }
  }

  /** Attempts died with their worker. Each is settled, as an outcome is: until then its hub tells it again. */
  lost({ hub, outbox }: HubSession, { leases, reason, charged }: HubLost, now: number): void {
    for (const lease of leases.toReversed()) {
      const task = this.leased(hub, lease);
      if (task !== undefined) {
        const loss = charged ? 'worker-lost' : 'interrupted';
        this.partition.scheduler.release(task, loss, now, { name: 'WorkerLost', message: reason });
      }
      const isKept = task !== undefined && this.partition.keeps(task);
      const verdict = task === undefined ? Verdict.refused : Verdict.accepted;
      outbox.settled(this.idView, 0, { ...lease, slot: NO_SLOT }, verdict, isKept);
    }
  }

  goodbye(session: HubSession, reason: string, now: number): void {
    this.sessions.end(session, reason, now);
  }

  /**
   * Somebody who probes hubs has found this session dead. One that the hub has opened since lives on.
   *
   * @returns whether it was open until now
   */
  down({ session: id, incarnation, reason }: ControlDown, now: number): boolean {
    const session = this.sessions.find(id);
    if (session?.incarnation !== incarnation) return false;
    this.sessions.end(session, `it was found dead: ${reason}`, now);
    return true;
  }

  /** Its connection broke: it gets nothing new until it is back. */
  disconnected({ hub }: HubSession): void {
    this.log.warn(`LB - HUB ${hub.name} IS DISCONNECTED`);
    this.partition.scheduler.suspendHub(hub);
  }

  /** A session is over: what its hub held goes back to the queue. */
  ended(session: HubSession, reason: string, now: number): void {
    const { hub, outbox } = session;
    for (const worker of workerNames(session)) this.log.log(`LB - Worker ${worker} is DOWN. Removing it`);
    this.log.log(`LB - HUB ${hub.name} IS GONE: ${reason}`);
    outbox.event('session.ended', { reason });
    this.partition.hubSessions.delete(hub);
    this.partition.scheduler.loseHub(hub, now);
    this.partition.feed.publish('worker', { event: 'left', hub: hub.name, reason });
  }

  private join(hello: HubHello, now: number): Joined {
    const hub = this.partition.scheduler.joinHub(hello.incarnation, hello.name, hello.groups);
    const held = new Set<Task>();
    const revoked: HubLease[] = [];
    for (const lease of hello.leases) {
      const task = this.adopted(hub, lease, now);
      if (task === undefined) revoked.push(lease);
      else held.add(task);
    }
    return { hub, revoked, held };
  }

  private rejoin(before: HubSession, hello: HubHello, now: number): Joined {
    const { hub } = before;
    const held = new Set<Task>();
    const revoked: HubLease[] = [];
    for (const lease of hello.leases) {
      const task = this.leased(hub, lease);
      if (task === undefined) revoked.push(lease);
      else held.add(task);
    }
    this.partition.scheduler.rejoinHub(hub, hello.groups, held, now);
    this.sessions.replace(before);
    return { hub, revoked, held };
  }

  private announce(session: HubSession, before: HubSession | undefined): void {
    const { hub } = session;
    if (before === undefined) {
      for (const worker of workerNames(session)) this.log.log(`LB - ADDING WORKER (${worker})`);
      this.log.log(
        `LB - HUB ${hub.name} (${session.host}, pid ${session.pid}) runs ${taskNames(session.groups)}`,
      );
    } else this.log.log(`LB - RECEIVED HELLO MESSAGE FROM KNOWN HUB (${hub.name})`);
    this.partition.feed.publish('worker', {
      event: before === undefined ? 'joined' : 'returned',
      hub: hub.name,
    });
  }

  /** The task of a lease that was given before the balancer was started anew, if nobody else has it. */
  private adopted(hub: Hub, { taskId, epoch, attempt }: HubLease, now: number): Task | undefined {
    writeTaskId(parseTaskId(taskId), this.idBytes, 0);
    const { scheduler, journal } = this.partition;
    const task = scheduler.adopt(hub, this.idView, 0, { epoch, attempt }, now);
    // The disk may not know it.
    if (task !== undefined) {
      journal?.onDispatched(task);
      this.partition.publish(task);
    }
    return task;
  }

  private leased(hub: Hub, { taskId, epoch, attempt }: HubLease): Task | undefined {
    writeTaskId(parseTaskId(taskId), this.idBytes, 0);
    return this.partition.scheduler.leased(hub, this.idView, 0, { epoch, attempt, slot: -1 });
  }
}

/** What a hub tells of a failure. */
function failureOf(batch: OutcomeReader): Failure {
  const { flags } = batch;
  const report = (): AttemptError | undefined => errorIn(batch.payload);
  return {
    retryable: (flags & OutcomeFlag.notRetryable) === 0,
    timedOut: (flags & OutcomeFlag.timedOut) !== 0,
    error: report,
  };
}

/** What a failure report says, if it is one. */
function errorIn(payload: Uint8Array): AttemptError | undefined {
  try {
    const { name, message } = JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;
    return { name: String(name).slice(0, 256), message: String(message).slice(0, 1_024) };
  } catch {
    return undefined;
  }
}

/** Names of all workers of a hub. */
export function workerNames({ groups }: HubSession): string[] {
  return groups.flatMap(({ workers }) => workers);
}

function taskNames(groups: readonly HubGroup[]): string {
  const names = [...new Set(groups.flatMap(({ tasks }) => tasks))].sort();
  return names.length === 0 ? 'no task' : names.join(', ');
}
