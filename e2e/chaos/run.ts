import { setTimeout as delay } from 'node:timers/promises';
import { Chance } from './chance.js';
import { ChaosCluster } from './cluster/chaos-cluster.js';
import { judge, shownViolations, type Tally, type Violation } from './ledger/judge.js';
import { Ledger, type Entry } from './ledger/ledger.js';
import { readNotes, type Note } from './ledger/notes.js';
import { PassingPrograms } from './load/passing-programs.js';
import { PassingRequests } from './load/passing-requests.js';
import { StayingClient } from './load/staying-client.js';
import { TaskMix } from './load/task-mix.js';
import { Nemesis, type Deed } from './nemesis/nemesis.js';
import { planFaults } from './nemesis/plan.js';
import { Observer } from './observer.js';
import type { ChaosOptions } from './options.js';

const CLIENTS = 2;
const TICK_MS = 50;
const MISSED_MS_MAX = 250;
/** Of all tasks, those that come from clients that stay; the others' are handed in by who passes. */
const STAYING_SHARE = 0.6;
const PROGRAM_EVERY_MS = 4_000;
const PROGRAM_TASKS = 40;
const REQUEST_TASKS = 4;
/** Between two looks of an asker while all goes on. */
const LOOK_PACE_MS = 40;
/** Once nothing is broken any more, so long may pass without any task getting to its end. */
const STUCK_MS = 60_000;
/** Tasks that wait to end, over which no more are handed in: a long queue would only hide what comes of it. */
const OPEN_MAX = 1_000;
const STATUS_MS = 1_000;
/** Large tasks that must be on the disk, by which a full disk is noticed. */
const FILLING_TASKS = 60;
const FILLING_BYTES = 512 * 1024;

/** What a run has come to. */
export interface Outcome {
  readonly tally: Tally;
  readonly violations: readonly Violation[];
  /** What is wrong beside tasks: a process that died by itself, figures that do not agree. */
  readonly wrongs: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  readonly balancerLives: number;
  /** Times that the balancer said that its disk is full. */
  readonly fullDisks: number;
  readonly deeds: readonly Deed[];
  readonly notes: ReadonlyMap<string, readonly Note[]>;
  /** What the balancer told of the tasks of violations, and of those that are stuck. */
  readonly stories: ReadonlyMap<string, unknown>;
  /** Refusals by their codes. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly log: string;
}

/** Told how far a run is. */
export type OnProgress = (phase: string, ledger: Ledger) => void;

/** One run: a cluster, load, faults, and what all of it came to. */
export async function runChaos(
  options: ChaosOptions,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Outcome> {
  const cluster = await ChaosCluster.start(options.hubs, CLIENTS, options.fullDisk);
  try {
    return await new Run(options, cluster, onProgress).whole(signal);
  } finally {
    await cluster.stop();
  }
}

class Run {
  private readonly ledger = new Ledger();
  private readonly observer: Observer;
  private readonly clients: readonly StayingClient[];
  private readonly requests: PassingRequests;
  private readonly programs: PassingPrograms;
  private readonly nemesis: Nemesis;
  private readonly wrongs: string[] = [];

  constructor(
    private readonly options: ChaosOptions,
    private readonly cluster: ChaosCluster,
    private readonly onProgress: OnProgress,
  ) {
    const { seed } = options;
    const mix = (part: string): TaskMix => new TaskMix(Chance.of(seed, part), seed);
    const { ledger } = this;
    this.observer = new Observer(cluster.api, ledger, LOOK_PACE_MS);
    this.clients = cluster.clientLinks.map(
      ({ port }, index) => new StayingClient(port, mix(`client ${index}`), ledger),
    );
    this.requests = new PassingRequests(cluster.api, mix('requests'), ledger);
    const chance = Chance.of(seed, 'programs');
    this.programs = new PassingPrograms(cluster.clientPort, chance, mix('program tasks'), ledger);
    this.nemesis = new Nemesis(cluster, () => this.noticeFullDisk());
  }

  async whole(signal: AbortSignal): Promise<Outcome> {
    const { seed, seconds, kinds } = this.options;
    const possible = kinds.filter((kind) => kind !== 'full-disk' || this.cluster.disk.isSmall);
    const plan = planFaults(Chance.of(seed, 'faults'), seconds, possible);
    const over = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
    const status = setInterval(() => this.onProgress('load and faults', this.ledger), STATUS_MS);
    await Promise.all([this.load(over), this.nemesis.run(plan, over)]);
    clearInterval(status);
    await this.settle();
    // Of a cluster that is stuck the answers are not waited for, one by one.
    if (this.wrongs.length === 0) await this.lookAgain();
    await Promise.all(this.clients.map((client) => client.close()));
    return this.outcome();
  }

  /** Hands in tasks at the wanted rate until it is over. */
  private async load(over: AbortSignal): Promise<void> {
    const { rate } = this.options;
    let [stayed, passed] = [0, 0];
    let [due, lastAt, sinceProgram] = [0, Date.now(), PROGRAM_EVERY_MS];
    while (!over.aborted) {
      // A machine that is busy gets less, and not later what it missed.
      const ms = Math.min(Date.now() - lastAt, MISSED_MS_MAX);
      lastAt = Date.now();
      if (this.waiting() <= OPEN_MAX) [due, sinceProgram] = [due + (ms / 1_000) * rate, sinceProgram + ms];
      for (; stayed < due * STAYING_SHARE; stayed++) this.clients[stayed % this.clients.length]?.submit();
      for (; passed + REQUEST_TASKS < due * (1 - STAYING_SHARE); passed += REQUEST_TASKS) {
        this.requests.submit(REQUEST_TASKS);
      }
      for (; sinceProgram >= PROGRAM_EVERY_MS; sinceProgram -= PROGRAM_EVERY_MS, passed += PROGRAM_TASKS) {
        this.programs.start(PROGRAM_TASKS);
      }
      await delay(TICK_MS, undefined, { signal: over }).catch(() => undefined);
    }
  }

  private async noticeFullDisk(): Promise<void> {
    await this.requests.untilRefused(
      {
        payload: { ms: 0, fails: 0, pad: 'x'.repeat(FILLING_BYTES) },
        userId: 'ada',
        priority: 0,
        rules: { durability: 'disk', delayMs: 2_000 },
        durability: 'disk',
        cancelAfterMs: undefined,
      },
      FILLING_TASKS,
    );
  }

  /** Nothing is broken any more: all that was acknowledged must end. */
  private async settle(): Promise<void> {
    const { nemesis, cluster, observer, ledger } = this;
    nemesis.heal();
    this.wrongs.push(...nemesis.errors.map(String));
    await Promise.all([this.programs.close(), this.requests.settled()]);
    observer.hurry();
    if (!(await cluster.isWell(STUCK_MS)))
      this.wrongs.push('the cluster is not whole again after all was healed');
    let [least, since] = [Infinity, Date.now()];
    for (let left = Infinity; left > 0 && Date.now() - since < STUCK_MS; await delay(STATUS_MS / 2)) {
      left = this.unfinished().length + this.waiting();
      if (left < least) [least, since] = [left, Date.now()];
      this.onProgress(`${left} tasks to end`, ledger);
    }
    for (const client of this.clients) if (client.open.size > 0) this.wrongs.push(await client.describe());
    const idle = await cluster.api.until(async () => {
      const stats = await cluster.api.stats().catch(() => undefined);
      return stats?.queued === 0 && stats.running === 0 && stats.payloadBytes === 0;
    }, STUCK_MS);
    if (idle) return;
    const stats = await cluster.api.stats().catch(() => undefined);
    this.wrongs.push(`the balancer is not idle: ${JSON.stringify(stats)}`);
  }

  /** All that has ended is as it was, also after the balancer was killed once more. */
  private async lookAgain(): Promise<void> {
    const { cluster, observer, ledger } = this;
    await observer.stop();
    this.onProgress('one more look', ledger);
    await observer.lookAtAll();
    await cluster.balancer.end('SIGKILL');
    try {
      await cluster.restartBalancer();
      this.onProgress('a look after one more kill', ledger);
      await observer.lookAtAll();
    } catch (error) {
      this.wrongs.push(String(error));
    }
  }

  private async outcome(): Promise<Outcome> {
    const { ledger, cluster, nemesis } = this;
    const notes = readNotes(cluster.notes);
    const { tally, violations } = judge(ledger, notes);
    const stories = new Map<string, unknown>();
    for (const { entry } of shownViolations(violations)) {
      stories.set(entry.taskId, await cluster.api.task(entry.taskId));
    }
    return {
      tally,
      violations,
      wrongs: [...this.wrongs, ...cluster.deaths],
      faults: nemesis.counts,
      balancerLives: cluster.balancer.count,
      fullDisks: cluster.balancer.countLines(/WARNING : THE DISK IS FULL/),
      deeds: nemesis.deeds,
      notes,
      stories,
      refusals: countRefusals(ledger),
      log: cluster.log(),
    };
  }

  /** Tasks that a balancer has promised to bring to an end, and of which nobody has seen it. */
  private unfinished(): readonly Entry[] {
    return [...this.ledger.entries.values()].filter(
      ({ acknowledgedAt, ends, unknownAt }) =>
        acknowledgedAt !== undefined && ends.length === 0 && unknownAt === undefined,
    );
  }

  /** Tasks whose clients still wait for them. */
  private waiting(): number {
    return this.clients.reduce((sum, { open }) => sum + open.size, 0);
  }
}

function countRefusals({ entries }: Ledger): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { refusal } of entries.values()) {
    if (refusal !== undefined) counts[refusal] = (counts[refusal] ?? 0) + 1;
  }
  return counts;
}
