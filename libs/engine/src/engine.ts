import { JournalError, type Journal } from '@penstock/journal';
import { deferred, type Boot, type Clock, type Timers } from '@penstock/runtime';
import type { SchedulerEvent } from '@penstock/scheduler';
import { Egress } from './egress/egress.js';
import { Gate } from './egress/gate.js';
import type { PeerSender } from './egress/peer-sender.js';
import { ClientDesk } from './client-desk.js';
import type { EngineSettings } from './engine-settings.js';
import { Feed } from './feed.js';
import { HubDesk } from './hub-desk.js';
import { Recovery, type Recovered } from './journal/recovery.js';
import type { Log } from './log.js';
import { Partition } from './partition.js';
import { isSame, type Principal } from './principal.js';
import type { ClientSession, HubSession, Session } from './session.js';
import { Sessions, type SessionRefusals } from './sessions.js';
import { Reruns } from './reruns.js';
import { Restoration } from './restoration.js';
import { Submissions } from './submissions.js';
import { WallTime } from './wall-time.js';

/** All that an engine needs of the world. */
export interface EnginePorts {
  readonly clock: Clock;
  /** The run of the machine to which that belongs; default: unknown, so that only the wall clock tells how long no engine ran. */
  readonly boot?: Boot | undefined;
  readonly timers: Timers;
  readonly toClients: PeerSender;
  readonly toHubs: PeerSender;
  readonly log: Log;
  /** Where tasks at level `disk` are kept, already open; without it there are none. */
  readonly journal?: Journal;
  /** Told each event before it is applied to the scheduler, in order; default: nobody. */
  readonly record?: (event: SchedulerEvent) => void;
  /** Makes numbers for sessions, 1 to 2^32 - 1, that nobody can guess. Default: one after the other. */
  readonly sessionNumber?: () => number;
}

/**
 * Records after which a turn is not put off any longer. A full batch has about as many: while it is decided and sent,
 * those who get it can already work, instead of all waiting for each other in turn.
 */
const TURN_RECORDS = 256;

/**
 * Drives one partition: events are applied as they come, and once per turn of the event loop what follows from all of
 * them is decided and sent. It has one timer, armed for the next thing that is due.
 */
export class Engine {
  readonly partition: Partition;
  readonly submissions: Submissions;
  readonly reruns: Reruns;
  readonly clients: ClientDesk;
  readonly hubs: HubDesk;
  readonly wall: WallTime;
  readonly startedAt: number;
  /** Resolves with the reason when the journal has failed: nothing more can be promised, and the engine has stopped. */
  readonly failed: Promise<unknown>;

  private readonly tellFailed: (reason: unknown) => void;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly timers: Timers;
  private readonly gate: Gate;
  private readonly egress: Egress;
  private readonly journal: Journal | undefined;
  private readonly clientSessions: Sessions<ClientSession>;
  private readonly hubSessions: Sessions<HubSession>;
  private isTurnDue = false;
  /** Records applied since the last turn. */
  private applied = 0;
  private isStopped = false;
  private hasFailed = false;
  /** When hubs had time enough to come back after a restart; Infinity = nothing waits for them. */
  private limboEndsAt = Infinity;
  /** Told at the end of the next turn. */
  private readonly afterTurn: (() => void)[] = [];
  private cancelTimer: () => void = () => undefined;
  private timerDueAt = Infinity;

  constructor(
    readonly settings: EngineSettings,
    ports: EnginePorts,
  ) {
    const { clock, toClients, toHubs, log, journal } = ports;
    this.clock = clock;
    this.log = log;
    this.timers = ports.timers;
    this.journal = journal;
    const { promise, resolve } = deferred<unknown>();
    this.failed = promise;
    this.tellFailed = resolve;
    this.gate = new Gate((error) => this.fail(error));
    this.egress = new Egress(this.gate);
    const { epoch, idSalt, times, scheduler, feedSize, payloadBytesMax } = settings;
    const { sessionBounds = { sessions: Infinity, sessionsPerKey: Infinity } } = settings;
    const now = clock.monotonicMs();
    this.startedAt = now;
    this.wall = new WallTime(clock);
    const feed = new Feed(feedSize);
    this.partition = new Partition(
      scheduler,
      epoch,
      idSalt,
      feed,
      this.wall,
      clock,
      ports.boot,
      log,
      journal,
      ports.record,
    );
    this.submissions = new Submissions(this.partition, payloadBytesMax, settings.durability);
    this.reruns = new Reruns(this.partition, payloadBytesMax);
    const { sessionNumber = oneAfterTheOther() } = ports;
    this.clientSessions = new Sessions(epoch, times, sessionBounds, now, sessionNumber, () => undefined);
    this.hubSessions = new Sessions(epoch, times, sessionBounds, now, sessionNumber, (session, reason, at) =>
      this.hubs.ended(session, reason, at),
    );
    const { partition, submissions, egress } = this;
    this.clients = new ClientDesk(partition, submissions, this.clientSessions, egress, toClients, settings);
    this.hubs = new HubDesk(partition, this.hubSessions, egress, toHubs, settings, log);
  }

  /** The time that events carry. */
  now(): number {
    return this.clock.monotonicMs();
  }

  get clientCount(): number {
    return this.clientSessions.size;
  }

  /** Hellos and messages that were refused, by who said them. */
  get sessionRefusals(): Readonly<Record<'client' | 'hub', SessionRefusals>> {
    return { client: this.clientSessions.refusals, hub: this.hubSessions.refusals };
  }

  /** Hubs with an open session. */
  openHubs(): HubSession[] {
    return [...this.hubSessions];
  }

  /**
   * Something was applied: decide what follows when this turn's events are all in, or as soon as there are so many that
   * others could get on with what follows from them.
   *
   * @param records how much was applied
   */
  wake(records = 1): void {
    if (this.isStopped) return;
    this.applied += records;
    if (this.applied >= TURN_RECORDS) this.runTurn();
    else if (!this.isTurnDue) {
      this.isTurnDue = true;
      this.timers.soon(this.turn);
    }
  }

  /** A client's connection could not be written to. */
  onClientUnreachable(peer: Uint8Array): void {
    if (this.clientSessions.onUnreachable(peer, this.now()) !== undefined) this.wake();
  }

  /**
   * A client does not read: what it was sent fills its connection, and something was dropped already. Its session is over;
   * should it come back, it says hello again, and is told what it waits for.
   */
  onClientStuck(peer: Uint8Array): void {
    const session = this.clientSessions.ofPeer(peer);
    if (session === undefined) return;
    const { host, pid } = session;
    this.log.warn(`LB - CLIENT (${host}, pid ${pid}) DOES NOT READ WHAT IT IS SENT: its session is over`);
    this.clientSessions.end(session, 'it does not read what it is sent', this.now());
    this.wake();
  }

  /**
   * Keys were taken from the list, or have expired: their sessions are over.
   *
   * @param principalOf whose a key is now; `undefined` = it is not admitted. A key whose grants changed says hello again
   */
  onKeysChanged(principalOf: (key: string) => Principal | undefined): void {
    const isAdmitted = ({ principal }: Session): boolean =>
      principal === undefined || isSame(principal, principalOf(principal.key));
    this.clientSessions.endUnless(isAdmitted, this.now());
    this.hubSessions.endUnless(isAdmitted, this.now());
    this.wake();
  }

  /** Says something to all hubs. */
  tellHubs(pattern: string, data: unknown): void {
    for (const { outbox } of this.hubSessions) outbox.event(pattern, data);
    this.wake();
  }

  /** A hub's connection could not be written to. */
  onHubUnreachable(peer: Uint8Array): void {
    const session = this.hubSessions.onUnreachable(peer, this.now());
    if (session === undefined) return;
    this.hubs.disconnected(session);
    this.wake();
  }

  /**
   * Puts back what the journal has, before anything else happens.
   *
   * @throws JournalError JOURNAL_DAMAGED
   */
  async recover(): Promise<Recovered> {
    const { journal, partition } = this;
    if (journal === undefined || partition.journal === undefined) return { tasks: 0, entries: 0 };
    const target = new Restoration(partition, this.now());
    const recovered = await new Recovery(journal, partition.journal, target).run();
    if (partition.scheduler.running > 0) this.limboEndsAt = this.now() + this.settings.reattachMs;
    this.wake();
    return recovered;
  }

  /** Resolves when all that has been applied so far is as durable as it is promised to be. */
  async durable(): Promise<void> {
    if (this.journal === undefined) return;
    if (this.isTurnDue) await new Promise<void>((resolve) => this.afterTurn.push(resolve));
    await this.gate.pending;
  }

  /**
   * Sends what was decided, once it is durable, and stops for good. What a full disk has no room for is not waited for:
   * nobody was told of it, and a full disk may stay so for long.
   */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.halt();
    this.egress.flush(this.partition.journal?.commit());
    const { pending } = this.gate;
    await this.journal?.close();
    // A failure is told by then.
    await pending?.catch(() => undefined);
  }

  private readonly turn = (): void => {
    this.isTurnDue = false;
    this.egress.welcomesAreOut();
    if (!this.isStopped) this.runTurn();
  };

  private runTurn(): void {
    this.applied = 0;
    const now = this.now();
    const { scheduler, journal } = this.partition;
    if (now >= this.limboEndsAt) {
      this.limboEndsAt = Infinity;
      scheduler.endLimbo(now);
    }
    scheduler.tick(now);
    this.hubSessions.tick(now, sendHeartbeat);
    this.clientSessions.tick(now, sendHeartbeat);
    scheduler.dispatch(now);
    try {
      this.egress.flush(journal?.commit());
    } catch (error) {
      this.fail(error);
      return;
    }
    for (const resolve of this.afterTurn.splice(0)) resolve();
    this.arm(now);
  }

  private halt(): void {
    this.isStopped = true;
    this.cancelTimer();
  }

  /** The journal does not keep what it is told: whatever was said from now on might have to be unsaid. */
  private fail(error: unknown): void {
    if (this.hasFailed) return;
    if (this.isStopped && error instanceof JournalError && error.code === 'JOURNAL_FULL') {
      this.log.warn('LB - STOPPED WHILE THE DISK IS FULL: what was not acknowledged is not kept');
      this.hasFailed = true;
      return;
    }
    this.hasFailed = true;
    this.halt();
    this.tellFailed(error);
  }

  /** Arms the one timer, unless it is armed for early enough. */
  private arm(now: number): void {
    const dueAt = Math.min(
      this.partition.scheduler.nextDeadline() ?? Infinity,
      this.hubSessions.nextDeadline() ?? Infinity,
      this.clientSessions.nextDeadline() ?? Infinity,
      this.limboEndsAt,
    );
    if (dueAt >= this.timerDueAt) return;
    this.cancelTimer();
    this.timerDueAt = dueAt;
    this.cancelTimer = this.timers.after(Math.max(0, Math.ceil(dueAt - now)), () => {
      this.timerDueAt = Infinity;
      this.wake();
    });
  }
}

function sendHeartbeat({ outbox }: Session): void {
  outbox.event('session.heartbeat', {});
}

function oneAfterTheOther(): () => number {
  let last = 0;
  return () => ++last;
}
