import type { ErrorCode, HubGroup } from '@penstock/protocol';
import type { CancelledFrom, LeaseLoss, SchedulerSettings, Submission } from '../../src/index.js';
import { ModelAdmission } from './model-admission.js';
import {
  freeOf,
  goesBefore,
  labelOf,
  takes,
  type ModelGroup,
  type ModelHub,
  type ModelTask,
  type ModelUser,
} from './model-state.js';

/**
 * What the scheduler must do, said as plainly as can be: lists, and a scan for every question. There are no lanes,
 * heaps, counters or indexes that could be out of step with what they stand for.
 */
export class Model {
  now = 0;
  hubs: ModelHub[] = [];
  refusedLeases = 0;
  /** What was decided since it was last emptied, in the words of the recorder. */
  happened: string[] = [];
  readonly admission: ModelAdmission;
  private known: ModelTask[] = [];
  /** Rises with whatever has an order: leases, services, what is kept. */
  private sequence = 0;
  private arrivals = 0;

  constructor(private readonly settings: SchedulerSettings) {
    this.admission = new ModelAdmission(settings, this);
  }

  /** All tasks, oldest first. */
  get tasks(): readonly ModelTask[] {
    return this.known;
  }

  get queued(): ModelTask[] {
    return this.known.filter(({ state }) => state === 'queued');
  }

  get running(): ModelTask[] {
    return this.known.filter(({ state }) => state === 'running');
  }

  get kept(): ModelTask[] {
    return this.known.filter(({ kept }) => kept !== undefined);
  }

  get groups(): ModelGroup[] {
    return this.hubs.flatMap(({ groups }) => groups);
  }

  submit(id: number, submission: Submission): ErrorCode | undefined {
    const admitted = this.admission.admit(submission);
    if (typeof admitted === 'string') return admitted;
    const { priority, payloadBytes } = submission;
    this.known.push({
      ...admitted,
      id,
      priority,
      payloadBytes,
      submittedAt: this.now,
      state: 'queued',
      attempt: 0,
      isCancelling: false,
      worker: undefined,
      lease: undefined,
      kept: undefined,
      resultBytes: 0,
    });
    this.admission.noteIdleUsers();
    return undefined;
  }

  join(name: string, groups: readonly HubGroup[]): ModelHub | ErrorCode {
    const hub: ModelHub = { name, arrival: this.arrivals++, cpuStep: 0, groups: [] };
    const error = this.setGroups(hub, groups);
    if (error !== undefined) return error;
    this.hubs.push(hub);
    return hub;
  }

  rejoin(hub: ModelHub, groups: readonly HubGroup[], held: readonly ModelTask[]): ErrorCode | undefined {
    for (const task of this.leasesOf(hub)) if (!held.includes(task)) this.release(task, 'undelivered');
    return this.setGroups(hub, groups);
  }

  suspend(hub: ModelHub): void {
    for (const group of hub.groups) group.window = 0;
  }

  lose(hub: ModelHub): void {
    for (const task of this.leasesOf(hub)) this.release(task, 'hub-lost');
    this.hubs = this.hubs.filter((other) => other !== hub);
  }

  setCredit(hub: ModelHub, index: number, sequence: number, window: number): void {
    const group = hub.groups[index];
    if (group === undefined || sequence <= group.creditSequence) return;
    group.creditSequence = sequence;
    group.window = window;
  }

  setLoad(hub: ModelHub, cpuPercent: number): void {
    hub.cpuStep = cpuPercent === 100 ? 9 : Math.floor(cpuPercent / 10);
  }

  /** Whether `hub` holds the task with this id under this attempt of this epoch. */
  isLeased(hub: ModelHub, id: number, isEpoch: boolean, attempt: number): boolean {
    const task = this.known.find((other) => other.id === id);
    const isLeased = isEpoch && task?.lease?.group.hub === hub && task.attempt === attempt;
    if (!isLeased) this.refusedLeases += 1;
    return isLeased;
  }

  end(task: ModelTask, state: 'done' | 'failed' | 'cancelled', resultBytes: number): void {
    task.resultBytes = resultBytes;
    this.finish(task, state);
  }

  release(task: ModelTask, cause: LeaseLoss): void {
    if (task.isCancelling) {
      this.finish(task, 'cancelled');
      return;
    }
    task.lease = undefined;
    task.state = 'queued';
    task.worker = undefined;
    if (cause === 'returned' || cause === 'undelivered') task.attempt -= 1;
    this.happened.push(`${task.id} waits again: ${cause}`);
  }

  cancel(task: ModelTask): CancelledFrom {
    if (task.state === 'queued') {
      this.finish(task, 'cancelled');
      return 'queued';
    }
    if (task.lease !== undefined) {
      if (!task.isCancelling) this.happened.push(`cancel ${task.id} on ${labelOf(task.lease.group)}`);
      task.isCancelling = true;
      return 'running';
    }
    task.resultBytes = 0;
    if (task.kept?.rank !== 1) task.kept = { rank: 1, since: this.now, sequence: ++this.sequence };
    this.happened.push(`drop the result of ${task.id}`);
    return 'finished';
  }

  collect(task: ModelTask): void {
    if (task.kept?.rank !== 2) return;
    task.kept = { rank: 0, since: this.now, sequence: ++this.sequence };
  }

  /** Of the groups with credit, in their order, the first one for which something waits gets the next task. */
  dispatch(): number {
    for (let count = 0; ; count++) {
      const groups = this.groups.filter((group) => this.free(group) > 0);
      groups.sort((a, b) => (goesBefore(a, this.free(a), b, this.free(b)) ? -1 : 1));
      const group = groups.find((candidate) => this.pick(candidate) !== undefined);
      const task = group && this.pick(group);
      if (group === undefined || task === undefined) return count;
      task.state = 'running';
      task.attempt += 1;
      task.lease = { group, sequence: ++this.sequence };
      task.user.lastServed = ++this.sequence;
      this.happened.push(`dispatch ${task.id} to ${labelOf(group)}`);
    }
  }

  /** What a sweep does: name by name what has waited for too long, then what was kept for long enough. */
  sweep(): void {
    for (const name of this.admission.names) {
      for (const task of this.queued) {
        const isOver = task.submittedAt + this.settings.queuedTtlMs <= this.now;
        if (task.name === name && isOver) this.finish(task, 'expired');
      }
    }
    const { collectedTtlMs, cancelledTtlMs, finishedTtlMs } = this.settings;
    const ttls = [collectedTtlMs, cancelledTtlMs, finishedTtlMs];
    for (const task of this.keptInOrder()) {
      const { kept } = task;
      if (kept !== undefined && kept.since + (ttls[kept.rank] ?? 0) <= this.now) this.forget(task);
    }
  }

  /** Why a task waits, in the words that a person is told. */
  waitingReason({ state, name, priority }: ModelTask): string | undefined {
    if (state !== 'queued') return undefined;
    const informed = this.groups.filter((group) => group.names.includes(name));
    if (informed.length === 0) return `no worker knows the task ${name.text}`;
    const fitting = informed.filter((group) => takes(group, name, priority));
    if (fitting.length === 0) return `no worker that knows ${name.text} takes priority ${priority}`;
    return fitting.some((group) => this.free(group) > 0) ? 'its turn' : 'a free worker';
  }

  free(group: ModelGroup): number {
    return freeOf(group, this.known);
  }

  /** Of the users with something for this group the one whose turn it is, of that user's tasks the one that goes first. */
  private pick(group: ModelGroup): ModelTask | undefined {
    const eligible = this.queued.filter(({ name, priority }) => takes(group, name, priority));
    const users = eligible.map(({ user }) => user).sort((a, b) => this.compareUsers(a, b));
    const tasks = eligible.filter(({ user }) => user === users[0]);
    const priority = Math.max(...tasks.map((task) => task.priority));
    return tasks.find((task) => task.priority === priority);
  }

  private compareUsers(a: ModelUser, b: ModelUser): number {
    const runningOf = (user: ModelUser): number => this.running.filter((task) => task.user === user).length;
    return runningOf(a) - runningOf(b) || a.lastServed - b.lastServed || a.arrival - b.arrival;
  }

  /** What a hub holds, group by group, the latest lease first. */
  private leasesOf(hub: ModelHub): ModelTask[] {
    return hub.groups.flatMap((group) =>
      this.running
        .filter(({ lease }) => lease?.group === group)
        .sort((a, b) => (b.lease?.sequence ?? 0) - (a.lease?.sequence ?? 0)),
    );
  }

  /** Groups keep their place by index; those that are not announced any more get nothing new. */
  private setGroups(hub: ModelHub, announced: readonly HubGroup[]): ErrorCode | undefined {
    const claimed = this.admission.claimGroups(announced);
    if (typeof claimed === 'string') return claimed;
    claimed.forEach((names, index) => {
      const { minPriority, maxPriority, window } = announced[index] as HubGroup;
      const changed = { minPriority, maxPriority, names, window, creditSequence: -1 };
      const group = hub.groups[index];
      if (group === undefined) hub.groups.push({ hub, index, ...changed });
      else Object.assign(group, changed);
    });
    for (const group of hub.groups.slice(announced.length)) group.window = 0;
    return undefined;
  }

  private finish(task: ModelTask, state: 'done' | 'failed' | 'cancelled' | 'expired'): void {
    task.state = state;
    task.lease = undefined;
    task.isCancelling = false;
    task.kept = { rank: state === 'cancelled' ? 1 : 2, since: this.now, sequence: ++this.sequence };
    this.happened.push(`${task.id} is ${state}`);
    this.admission.noteIdleUsers();
    const others = this.keptInOrder().filter((other) => other !== task);
    while (others.length > 0 && this.keepsTooMuch()) this.forget(others.shift() as ModelTask);
  }

  private keepsTooMuch(): boolean {
    const bytes = this.kept.reduce((sum, { resultBytes }) => sum + resultBytes, 0);
    return this.kept.length > this.settings.finishedMax || bytes > this.settings.finishedBytesMax;
  }

  /** In the order in which they make room: collected, then cancelled, then all others, each oldest first. */
  private keptInOrder(): ModelTask[] {
    return this.kept.sort((a, b) => {
      if (a.kept === undefined || b.kept === undefined) return 0;
      return a.kept.rank - b.kept.rank || a.kept.sequence - b.kept.sequence;
    });
  }

  private forget(task: ModelTask): void {
    this.known = this.known.filter((other) => other !== task);
    this.happened.push(`forget ${task.id}`);
  }
}
