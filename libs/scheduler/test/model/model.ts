import type { ErrorCode, HubGroup } from '@penstock/protocol';
import {
  isFinal,
  type AttemptEnd,
  type CancelledFrom,
  type EndCause,
  type LeaseLoss,
  type RerunEdits,
  type RestoredTask,
  type SchedulerSettings,
  type Submission,
} from '../../src/index.js';
import { Chance } from '../../src/delivery/chance.js';
import { ModelAdmission } from './model-admission.js';
import { isKeptLongEnough, keptAs, keptOf, tooMuch } from './model-keeping.js';
import {
  freeOf,
  goesBefore,
  labelOf,
  newTask,
  takes,
  type Kept,
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
  /** Above 0, which stands for never. */
  now = 1;
  hubs: ModelHub[] = [];
  refusedLeases = 0;
  /** What was decided since it was last emptied, in the words of the recorder. */
  happened: string[] = [];
  readonly admission: ModelAdmission;
  /** When a sweep is due. */
  sweepAt: number | undefined;
  /** The age of the next task. */
  nextOrder = 0;
  /** Who holds the leases from before the restart. */
  readonly limbo: ModelGroup = {
    hub: { name: '', arrival: -1, cpuStep: 0, groups: [] },
    index: 0,
    minPriority: null,
    maxPriority: null,
    names: [],
    window: 0,
    creditSequence: -1,
  };
  private readonly chance: Chance;
  private known: ModelTask[] = [];
  /** Rises with whatever has an order: leases, services, what is kept. */
  private sequence = 0;
  private arrivals = 0;

  constructor(
    private readonly settings: SchedulerSettings,
    private readonly epoch: number,
    seed: number,
  ) {
    this.admission = new ModelAdmission(settings, this);
    this.chance = new Chance(seed);
  }

  /** All tasks, oldest first. */
  get tasks(): readonly ModelTask[] {
    return this.known.sort((a, b) => a.order - b.order);
  }

  /** Tasks that a group may take. */
  get queued(): ModelTask[] {
    return this.tasks.filter(({ state }) => state === 'queued');
  }

  /** The same, and those that are held back. */
  get waiting(): ModelTask[] {
    return this.tasks.filter(({ state }) => state === 'queued' || state === 'delayed');
  }

  get running(): ModelTask[] {
    return this.tasks.filter(({ state }) => state === 'running');
  }

  get inLimbo(): ModelTask[] {
    return this.running.filter(({ lease }) => lease?.group === this.limbo);
  }

  get dead(): ModelTask[] {
    return this.tasks.filter(
      ({ state }) => state === 'failed' || state === 'cancelled' || state === 'expired',
    );
  }

  get kept(): ModelTask[] {
    return keptOf(this.known);
  }

  get groups(): ModelGroup[] {
    return this.hubs.flatMap(({ groups }) => groups);
  }

  submit(id: number, submission: Submission): ErrorCode | undefined {
    const admitted = this.admission.admit(submission);
    if (typeof admitted === 'string') return admitted;
    const { priority, payloadBytes, rules } = submission;
    const task = newTask(id, admitted, priority, payloadBytes, rules, this.nextOrder++, this.now, this.epoch);
    this.known.push(task);
    this.handIn(task);
    this.sweepAt ??= this.now + 1_000;
    this.admission.noteIdleUsers();
    return undefined;
  }

  /** A task that had ended without a result is handed in again. */
  rerun(task: ModelTask, edits: RerunEdits): ErrorCode | undefined {
    const { priority = task.priority, payloadBytes = task.payloadBytes, rules = task.rules } = edits;
    const submission = { name: task.name.text, userId: task.user.id, priority, payloadBytes };
    const admitted = this.admission.admit(rules === undefined ? submission : { ...submission, rules });
    if (typeof admitted === 'string') return admitted;
    if (task.endedInHand) this.remember(task, task.state === 'failed' ? 'failed' : 'cancelled');
    const { id, attempt, epoch, past } = task;
    const order = this.nextOrder++;
    Object.assign(task, newTask(id, admitted, priority, payloadBytes, rules, order, this.now, epoch), {
      attempt,
      past,
    });
    this.happened.push(`drop the result of ${id}`);
    this.handIn(task);
    this.admission.noteIdleUsers();
    return undefined;
  }

  restore(id: number, restored: RestoredTask): void {
    const { submission, order, submittedAt, state, attempt, epoch } = restored;
    const { failures = 0, crashes = 0, hubLosses = 0, past = [] } = restored;
    const { name, userId, priority, payloadBytes, rules } = submission;
    const held = this.admission.hold(name, userId);
    const task = newTask(id, held, priority, payloadBytes, rules, order, submittedAt, epoch);
    this.known.push(task);
    this.nextOrder = Math.max(this.nextOrder, order + 1);
    Object.assign(task, { state: state.is, attempt, failures, crashes, hubLosses });
    task.past = past.map(({ attempt: number, how }) => `${number} ${how}`);
    task.wasDelayed = state.is === 'delayed';
    if (state.is === 'delayed') task.notBefore = state.notBefore;
    else if (state.is === 'running') {
      task.lease = { group: this.limbo, sequence: ++this.sequence };
      task.hasBegun = state.startedAt !== undefined;
      task.worker = state.worker;
    } else if (state.is !== 'queued') {
      const as = state.is === 'done' && state.collected ? 'collected' : keptAs(state.is);
      task.kept = { as, since: state.keptSince, sequence: ++this.sequence };
      task.cause = state.cause;
      task.resultBytes = state.resultBytes;
      task.worker = state.worker;
      task.endedInHand = attempt > 0 && past.at(-1)?.attempt !== attempt;
    }
    this.sweepAt ??= this.now + 1_000;
    this.admission.noteIdleUsers();
  }

  /** A hub has come with a lease from before the restart. */
  adopt(hub: ModelHub, task: ModelTask, epoch: number, attempt: number): boolean {
    const isAwaited = task.lease?.group === this.limbo && task.epoch === epoch && task.attempt === attempt;
    // Or it was given, and nobody had the time to write that down.
    const isNext = attempt === task.attempt + 1 && (task.attempt === 0 || task.epoch <= epoch);
    if (!isAwaited && !(task.state === 'queued' && epoch < this.epoch && isNext)) return false;
    const [group] = hub.groups
      .filter((candidate) => takes(candidate, task.name, task.priority))
      .sort((a, b) => this.free(b) - this.free(a) || a.index - b.index);
    if (group === undefined) return false;
    task.lease = { group, sequence: ++this.sequence };
    Object.assign(task, { state: 'running', epoch, attempt });
    return true;
  }

  endLimbo(): void {
    for (const task of this.latestFirst(this.inLimbo)) this.release(task, 'hub-lost');
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
  isLeased(hub: ModelHub, id: number, epoch: number, attempt: number): boolean {
    const task = this.known.find((other) => other.id === id);
    const isLeased = task?.lease?.group.hub === hub && task.epoch === epoch && task.attempt === attempt;
    if (!isLeased) this.refusedLeases += 1;
    return isLeased;
  }

  end(
    task: ModelTask,
    status: 'done' | 'failed' | 'cancelled',
    resultBytes: number,
    failure: { retryable: boolean; timedOut: boolean },
  ): void {
    if (status === 'cancelled' && !task.isCancelling) return this.release(task, 'interrupted');
    task.resultBytes = resultBytes;
    task.endedInHand = true;
    if (status === 'done') this.finish(task, 'done', 'done');
    else if (status === 'cancelled') this.finishCancelled(task);
    else {
      const { maxAttempts = 1 } = task.rules ?? {};
      if (task.rules !== undefined) task.failures += 1;
      if (maxAttempts === 1 || task.isCancelling) this.finish(task, 'failed', 'failed');
      else if (task.failures >= maxAttempts) this.finish(task, 'failed', 'attempts-exhausted');
      else if (!failure.retryable) this.finish(task, 'failed', 'not-retryable');
      else this.retry(task, failure.timedOut ? 'timed-out' : 'failed');
    }
  }

  release(task: ModelTask, loss: LeaseLoss): void {
    this.remember(task, loss);
    task.endedInHand = false;
    if (task.isCancelling) {
      this.finishCancelled(task);
      return;
    }
    const isLoss = loss !== 'returned' && loss !== 'undelivered';
    if (loss === 'worker-lost') task.crashes += 1;
    if (loss === 'hub-lost' && (task.hasBegun || task.lease?.group === this.limbo)) task.hubLosses += 1;
    const { crashesMax, hubLossesMax } = this.settings;
    if (isLoss && task.rules?.onWorkerLoss === 'fail') this.finish(task, 'failed', 'worker-lost');
    else if (isLoss && (task.crashes >= crashesMax || task.hubLosses >= hubLossesMax)) {
      this.finish(task, 'failed', 'quarantined');
    } else if (
      this.queuedUntil(task) === Infinity &&
      task.submittedAt + this.settings.queuedTtlMs <= this.now
    ) {
      this.finish(task, 'expired', 'queue-ttl');
    } else {
      if (loss === 'returned') task.attempt -= 1;
      this.wait(task, 0, loss);
    }
  }

  cancel(task: ModelTask): CancelledFrom {
    if (task.state === 'queued' || task.state === 'delayed') {
      this.finish(task, 'cancelled', 'cancelled');
      return 'queued';
    }
    if (task.lease !== undefined) {
      this.askToEnd(task);
      return 'running';
    }
    task.resultBytes = 0;
    this.happened.push(`drop the result of ${task.id}`);
    if (task.kept?.as !== 'cancelled') this.keep(task, 'cancelled');
    return 'finished';
  }

  collect(task: ModelTask): void {
    if (task.kept?.as === 'finished')
      task.kept = { as: 'collected', since: this.now, sequence: ++this.sequence };
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
      task.epoch = this.epoch;
      task.lease = { group, sequence: ++this.sequence };
      task.user.lastServed = ++this.sequence;
      this.happened.push(`dispatch ${task.id} to ${labelOf(group)}`);
    }
  }

  /** When something is to be done next. */
  nextDeadline(): number | undefined {
    if (this.sweepAt === undefined) return undefined;
    const wakes = this.waiting.map((task) => (task.state === 'delayed' ? task.notBefore : Infinity));
    return Math.min(this.sweepAt, ...this.tasks.map((task) => this.dueAt(task)), ...wakes);
  }

  /** What is due: deadlines first, then what has been held back for long enough, and each second a sweep. */
  tick(): void {
    for (const task of this.inOrderOf((each) => this.dueAt(each))) this.expire(task);
    const wakesAt = (task: ModelTask): number => (task.state === 'delayed' ? task.notBefore : Infinity);
    for (const task of this.inOrderOf(wakesAt)) {
      task.state = 'queued';
      this.happened.push(`${task.id} has waited long enough`);
    }
    if (this.sweepAt === undefined || this.now < this.sweepAt) return;
    this.sweep();
    this.sweepAt = this.known.length === 0 ? undefined : this.now + 1_000;
  }

  /** Why a task waits, in the words that a person is told. */
  waitingReason({ state, name, priority, failures }: ModelTask): string | undefined {
    if (state === 'delayed') return failures > 0 ? 'its next attempt' : 'its time';
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
      this.latestFirst(this.running.filter(({ lease }) => lease?.group === group)),
    );
  }

  private latestFirst(tasks: ModelTask[]): ModelTask[] {
    return tasks.sort((a, b) => (b.lease?.sequence ?? 0) - (a.lease?.sequence ?? 0));
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

  /** A task is queued, or held back at first, as its rules say. */
  private handIn(task: ModelTask): void {
    const { delayMs = 0 } = task.rules ?? {};
    if (delayMs > 0) this.delay(task, this.now + delayMs);
  }

  private delay(task: ModelTask, notBefore: number): void {
    task.state = 'delayed';
    task.notBefore = notBefore;
    task.wasDelayed = true;
  }

  private retry(task: ModelTask, how: AttemptEnd): void {
    const { kind = 'fixed', delayMs = 0, maxDelayMs = 0 } = task.rules?.backoff ?? {};
    let delay = delayMs;
    if (kind !== 'fixed') {
      for (let doubled = 1; doubled < task.failures; doubled++) delay *= 2;
      delay = Math.min(delay, maxDelayMs);
    }
    if (kind === 'jitter') delay *= this.chance.next();
    this.remember(task, how);
    this.happened.push(`drop the result of ${task.id}`);
    this.wait(task, delay, how);
  }

  /** The lease is over, and the task goes on. */
  private wait(task: ModelTask, delay: number, how: AttemptEnd): void {
    Object.assign(task, { lease: undefined, worker: undefined, hasBegun: false, resultBytes: 0 });
    task.endedInHand = false;
    task.state = 'queued';
    if (delay > 0) this.delay(task, this.now + delay);
    const until = delay > 0 ? ` until ${task.notBefore}` : '';
    this.happened.push(`${task.id} waits again${until}: ${how}`);
  }

  private remember(task: ModelTask, how: AttemptEnd): void {
    const past = [...task.past, `${task.attempt} ${how}`];
    task.past = past.length > 32 ? [...past.slice(0, 16), ...past.slice(-16)] : past;
  }

  private askToEnd(task: ModelTask): void {
    if (task.isCancelling || task.lease === undefined) return;
    task.isCancelling = true;
    this.happened.push(`cancel ${task.id} on ${labelOf(task.lease.group)}`);
  }

  /** When a task expires that has a time of its own for it. */
  private dueAt(task: ModelTask): number {
    const { rules = {}, submittedAt } = task;
    const deadlineAt = submittedAt + (rules.deadlineMs ?? Infinity);
    if (task.state === 'running') return task.isCancelling ? Infinity : deadlineAt;
    return isFinal(task.state) ? Infinity : Math.min(deadlineAt, this.queuedUntil(task));
  }

  /** When a task's time in the queue is over that is not looked for by the sweep. */
  private queuedUntil({ rules = {}, submittedAt, wasDelayed }: ModelTask): number {
    const { delayMs = 0, queueTtlMs } = rules;
    if (queueTtlMs === undefined && !wasDelayed && delayMs === 0) return Infinity;
    return submittedAt + delayMs + (queueTtlMs ?? this.settings.queuedTtlMs);
  }

  private expire(task: ModelTask): void {
    if (task.state === 'running') {
      task.isExpiring = true;
      this.askToEnd(task);
      return;
    }
    const deadlineAt = task.submittedAt + (task.rules?.deadlineMs ?? Infinity);
    this.finish(task, 'expired', deadlineAt <= this.queuedUntil(task) ? 'deadline' : 'queue-ttl');
  }

  /** Tasks whose time has come, in the order of these times, then by age. */
  private inOrderOf(timeOf: (task: ModelTask) => number): ModelTask[] {
    return this.tasks.filter((task) => timeOf(task) <= this.now).sort((a, b) => timeOf(a) - timeOf(b));
  }

  /** Name by name what has waited for too long, then what was kept for long enough. */
  private sweep(): void {
    for (const name of this.admission.names) {
      for (const task of this.queued) {
        const isOver = task.submittedAt + this.settings.queuedTtlMs <= this.now;
        if (task.name === name && isOver && this.queuedUntil(task) === Infinity) {
          this.finish(task, 'expired', 'queue-ttl');
        }
      }
    }
    for (const task of this.kept) if (isKeptLongEnough(task, this.now, this.settings)) this.forget(task);
  }

  private finishCancelled(task: ModelTask): void {
    if (task.isExpiring) this.finish(task, 'expired', 'deadline');
    else this.finish(task, 'cancelled', 'cancelled');
  }

  private finish(task: ModelTask, state: 'done' | 'failed' | 'cancelled' | 'expired', cause: EndCause): void {
    Object.assign(task, { state, cause, lease: undefined, isCancelling: false });
    this.happened.push(`${task.id} is ${state}${cause === state ? '' : `: ${cause}`}`);
    this.admission.noteIdleUsers();
    this.keep(task, keptAs(state));
  }

  private keep(task: ModelTask, as: Kept['as']): void {
    task.kept = { as, since: this.now, sequence: ++this.sequence };
    for (;;) {
      const surplus = tooMuch(this.kept, task, this.settings);
      if (surplus === undefined) return;
      this.forget(surplus);
    }
  }

  private forget(task: ModelTask): void {
    this.known = this.known.filter((other) => other !== task);
    this.happened.push(`forget ${task.id}`);
  }
}
