import { OutcomeStatus, PenstockError, type HubGroup } from '@penstock/protocol';
import { expect } from 'vitest';
import {
  checkInvariants,
  RecordedScheduler,
  Scheduler,
  waitingReason,
  type Group,
  type Hub,
  type RestoredState,
  type RestoredTask,
  type SchedulerEvent,
  type SchedulerSettings,
  type Submission,
  type Task,
} from '../../src/index.js';
import { Recorder } from '../recorder.js';
import { hubGroups, submission } from '../scenario.js';
import { taskId } from '../task-ids.js';
import type { Before, Command } from './commands.js';
import { deadBytesOf, resultBytesOf } from './model-keeping.js';
import type { ModelHub, ModelTask } from './model-state.js';
import { Model } from './model.js';

const EPOCH = 3;
const SEED = 5;

interface HubPair {
  readonly real: Hub;
  readonly model: ModelHub;
}

/** The scheduler and the model side by side: what happens happens to both, and then both must look alike. */
export class Trial {
  private readonly recorder = new Recorder();
  private readonly scheduler: Scheduler;
  private readonly model: Model;
  private readonly hubs: HubPair[] = [];
  private readonly lostHubs: HubPair[] = [];
  private ids = 0;
  /** What was let in before a restart is held whatever the bounds, which hold again for all that follows. */
  private isOverBounds = false;

  /** @param tell gets what happens to the scheduler as events */
  constructor(
    private readonly settings: SchedulerSettings,
    tell?: (event: SchedulerEvent) => void,
  ) {
    this.scheduler =
      tell === undefined
        ? new Scheduler(this.recorder, settings, EPOCH, 0, SEED)
        : new RecordedScheduler(this.recorder, settings, EPOCH, 0, SEED, tell);
    this.model = new Model(settings, EPOCH, SEED);
  }

  get nextDeadline(): number | undefined {
    return this.scheduler.nextDeadline();
  }

  /** Does one command to both, and compares. @returns what was decided */
  run(command: Command): string[] {
    this.perform(command);
    const decided = this.recorder.take();
    expect(decided).toEqual(this.model.happened);
    this.model.happened = [];
    expect(this.pictureOfScheduler()).toEqual(this.pictureOfModel());
    checkInvariants(this.scheduler);
    this.checkBounds();
    return decided;
  }

  private perform(command: Command): void {
    const { scheduler, model } = this;
    const { now } = model;
    switch (command.do) {
      case 'submit':
        return this.submit(command);
      case 'join':
        return this.join(hubGroups(command.groups));
      case 'rejoin':
        return this.withHub(command.hub, (hub) => this.rejoin(hub, hubGroups(command.groups), command.held));
      case 'suspend':
        return this.withHub(command.hub, (hub) => {
          scheduler.suspendHub(hub.real);
          model.suspend(hub.model);
        });
      case 'lose':
        return this.withHub(command.hub, (hub) => this.lose(hub));
      case 'credit':
        return this.withHub(command.hub, (hub) => {
          scheduler.setCredit(hub.real, command.group, command.sequence, command.window);
          model.setCredit(hub.model, command.group, command.sequence, command.window);
        });
      case 'load':
        return this.withHub(command.hub, (hub) => {
          scheduler.setLoad(hub.real, command.cpuPercent);
          model.setLoad(hub.model, command.cpuPercent);
        });
      case 'dispatch':
        return this.dispatch();
      case 'start':
        return this.withTask(command.task, model.running, (real, task) => {
          task.worker = `worker ${now}`;
          task.hasBegun = true;
          scheduler.started(real, task.worker, now);
        });
      case 'end':
        return this.withTask(command.task, model.running, (real, task) => {
          const { status, resultBytes, retryable, timedOut } = command;
          model.end(task, status, resultBytes, command);
          scheduler.ended(real, OutcomeStatus[status], 1, resultBytes, now, { retryable, timedOut });
        });
      case 'rerun':
        return this.withTask(command.task, model.dead, (real, task) => {
          const outcome = scheduler.rerun(real, now, command.edits);
          expect('code' in outcome ? outcome.code : undefined).toBe(model.rerun(task, command.edits));
        });
      case 'restore':
        return this.restore(command);
      case 'adopt':
        return this.adopt(command);
      case 'endLimbo':
        scheduler.endLimbo(now);
        return model.endLimbo();
      case 'release':
        return this.withTask(command.task, model.running, (real, task) => {
          model.release(task, command.cause);
          scheduler.release(real, command.cause, now);
        });
      case 'claim':
        return this.claim(command);
      case 'cancel':
        return this.withTask(command.task, model.tasks, (real, task) => {
          expect(scheduler.cancel(real, now)).toBe(model.cancel(task));
        });
      case 'collect':
        return this.withTask(command.task, model.tasks, (real, task) => {
          scheduler.collected(real, now);
          model.collect(task);
        });
      case 'advance':
        return this.advance(command.ms);
    }
  }

  /** Under a new id or, now and then, under that of a task that is forgotten. */
  private submit({ task, reuse }: Extract<Command, { do: 'submit' }>): void {
    const isReusable = reuse < this.ids && this.model.tasks.every(({ id }) => id !== reuse);
    const id = isReusable ? reuse : this.ids++;
    const outcome = this.scheduler.submit(taskId(id), 0, submission(task), this.model.now);
    const isTaken = !('code' in outcome);
    expect(isTaken ? undefined : outcome.code).toBe(this.model.submit(id, submission(task)));
    if (!isTaken) return;
    this.recorder.label(outcome, String(id));
    if (this.isOverBounds) return;
    const { queuedMax, queuedPerUser } = this.settings;
    expect(this.scheduler.queued).toBeLessThanOrEqual(queuedMax);
    expect(outcome.user.queued).toBeLessThanOrEqual(queuedPerUser || Infinity);
  }

  /** Under a new id, at an age that no known task has. */
  private restore({ task, before }: Extract<Command, { do: 'restore' }>): void {
    const { model } = this;
    const orders = new Set(model.tasks.map(({ order }) => order));
    let order = before.order % (model.nextOrder + 3);
    while (orders.has(order)) order += 1;
    const id = this.ids++;
    const restored = restoredTask(submission(task), before, order, model);
    const real = this.scheduler.restore(taskId(id), 0, restored, model.now);
    this.recorder.label(real, String(id));
    model.restore(id, restored);
    this.isOverBounds = true;
  }

  private adopt({ hub, task, epochOff, attemptOff }: Extract<Command, { do: 'adopt' }>): void {
    const held = pickOf([...this.model.inLimbo, ...this.model.queued], task);
    const pair = pickOf(this.hubs, hub);
    if (held === undefined || pair === undefined) return;
    const lease = { epoch: held.epoch + epochOff, attempt: held.attempt + attemptOff };
    const adopted = this.scheduler.adopt(pair.real, taskId(held.id), 0, lease, this.model.now);
    const isAdopted = this.model.adopt(pair.model, held, lease.epoch, lease.attempt);
    expect(adopted).toBe(isAdopted ? this.realOf(held) : undefined);
  }

  /** No group gets more than it asked for. */
  private dispatch(): void {
    const sizes = new Map<Group, number>();
    for (const { real } of this.hubs) for (const group of real.groups) sizes.set(group, group.leases.size);
    expect(this.scheduler.dispatch(this.model.now)).toBe(this.model.dispatch());
    for (const [group, before] of sizes) {
      if (group.leases.size > before) expect(group.leases.size).toBeLessThanOrEqual(group.window);
    }
  }

  private join(groups: readonly HubGroup[]): void {
    const name = `H${this.hubs.length + this.lostHubs.length}`;
    const model = this.model.join(name, groups);
    const real = codeOf(() => this.scheduler.joinHub(name, name, groups));
    if (typeof real === 'string' || typeof model === 'string') expect(real).toBe(model);
    else this.hubs.push({ real, model });
  }

  private rejoin({ real, model }: HubPair, groups: readonly HubGroup[], mask: number): void {
    const leased = this.model.running.filter(({ lease }) => lease?.group.hub === model);
    const held = leased.filter((_, place) => (mask >> (place % 8)) & 1);
    const heldByReal = new Set(held.map((task) => this.realOf(task)));
    const error = this.model.rejoin(model, groups, held);
    expect(
      codeOf(() => {
        this.scheduler.rejoinHub(real, groups, heldByReal, this.model.now);
      }),
    ).toBe(error);
  }

  private lose(hub: HubPair): void {
    this.scheduler.loseHub(hub.real, this.model.now);
    this.model.lose(hub.model);
    this.hubs.splice(this.hubs.indexOf(hub), 1);
    this.lostHubs.push(hub);
  }

  private claim({ hub, task, epochOff, attemptOff, slot }: Extract<Command, { do: 'claim' }>): void {
    const pair = pickOf([...this.hubs, ...this.lostHubs], hub);
    if (pair === undefined || this.ids === 0) return;
    const id = task % this.ids;
    const held = this.model.tasks.find((other) => other.id === id);
    const attempt = (held?.attempt ?? 1) + attemptOff;
    const epoch = (held?.epoch ?? EPOCH) + epochOff;
    const lease = { epoch, attempt, slot: slot ?? (held && this.realOf(held).slot) ?? 0 };
    const found = this.scheduler.leased(pair.real, taskId(id), 0, lease);
    expect(found !== undefined).toBe(this.model.isLeased(pair.model, id, epoch, attempt));
    if (found !== undefined) expect(found).toBe(this.scheduler.find(taskId(id), 0));
  }

  private advance(ms: number): void {
    this.model.now += ms;
    this.scheduler.tick(this.model.now);
    this.model.tick();
  }

  /** What is due is known, whatever may have to be swept is looked at within a second, and nothing grows past its bound. */
  private checkBounds(): void {
    const { scheduler, model, settings } = this;
    expect(scheduler.nextDeadline()).toBe(model.nextDeadline());
    if (model.tasks.length > 0) expect(scheduler.nextDeadline()).toBeLessThanOrEqual(model.now + 1_000);
    if (this.isOverBounds) return;
    expect([...scheduler.users].length).toBeLessThanOrEqual(settings.usersMax);
    expect([...scheduler.names].length).toBeLessThanOrEqual(settings.namesMax);
    expect(scheduler.payloadBytes).toBeLessThanOrEqual(settings.payloadBytesMax);
    const { size, deadCount } = scheduler.retention;
    expect(size - deadCount).toBeLessThanOrEqual(Math.max(1, settings.finishedMax));
    expect(deadCount).toBeLessThanOrEqual(Math.max(1, settings.deadMax));
  }

  private pictureOfScheduler() {
    const { scheduler } = this;
    const tasks: string[] = [];
    for (let id = 0; id < this.ids; id++) {
      const task = scheduler.find(taskId(id), 0);
      if (task === undefined) continue;
      const { state, cause, epoch, attempt, group, cancelling, worker, resultBytes, notBefore } = task;
      const holder = group === undefined ? '-' : `${group.hub.name}/${group.index}`;
      const { failures = 0, crashes = 0, hubLosses = 0 } = task.story ?? {};
      const past = task.past.map((each) => `${each.attempt} ${each.how}`).join(', ');
      tasks.push(
        [
          ...[id, state, cause, `${epoch}.${attempt}`, holder, cancelling, worker, resultBytes, notBefore],
          ...[task.order, task.submittedAt, failures, crashes, hubLosses, past, waitingReason(task)],
        ].join(' · '),
      );
    }
    return {
      tasks,
      users: [...scheduler.users].map(({ id, queued, running }) => `${id}: ${queued} + ${running}`),
      names: [...scheduler.names].map(({ text, queued, running }) => `${text}: ${queued} + ${running}`),
      groups: this.hubs.flatMap(({ real }) =>
        real.groups.map(({ index, free }) => `${real.name}/${index}: ${free} free`),
      ),
      load: [
        ...[scheduler.queued, scheduler.delayed, scheduler.running],
        ...[scheduler.payloadBytes, scheduler.refusedLeases],
      ],
      kept: [scheduler.retention.size, scheduler.retention.resultBytes, scheduler.retention.deadBytes],
      dead: [...scheduler.retention.oldestDead()].length,
    };
  }

  private pictureOfModel() {
    const { model } = this;
    const { waiting, running, kept } = model;
    const live = [...waiting, ...running];
    return {
      tasks: [...model.tasks]
        .sort((a, b) => a.id - b.id)
        .map((task) => {
          const { id, state, cause, epoch, attempt, lease, isCancelling, worker, resultBytes } = task;
          const holder = lease === undefined ? '-' : `${lease.group.hub.name}/${lease.group.index}`;
          const notBefore = state === 'delayed' ? task.notBefore : undefined;
          const { order, submittedAt, failures, crashes, hubLosses, past } = task;
          return [
            ...[
              id,
              state,
              cause,
              `${epoch}.${attempt}`,
              holder,
              isCancelling,
              worker,
              resultBytes,
              notBefore,
            ],
            ...[order, submittedAt, failures, crashes, hubLosses, past.join(', '), model.waitingReason(task)],
          ].join(' · ');
        }),
      users: model.admission.users.map((user) => {
        const count = (tasks: ModelTask[]): number => tasks.filter((task) => task.user === user).length;
        return `${user.id}: ${count(waiting)} + ${count(running)}`;
      }),
      names: model.admission.names.map((name) => {
        const count = (tasks: ModelTask[]): number => tasks.filter((task) => task.name === name).length;
        return `${name.text}: ${count(waiting)} + ${count(running)}`;
      }),
      groups: this.hubs.flatMap(({ model: hub }) =>
        hub.groups.map((group) => `${hub.name}/${group.index}: ${model.free(group)} free`),
      ),
      load: [
        waiting.length,
        waiting.filter(({ state }) => state === 'delayed').length,
        running.length,
        live.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0),
        model.refusedLeases,
      ],
      kept: [kept.length, resultBytesOf(kept), deadBytesOf(kept)],
      dead: model.dead.length,
    };
  }

  private withHub(number: number, action: (hub: HubPair) => void): void {
    const hub = pickOf(this.hubs, number);
    if (hub !== undefined) action(hub);
  }

  private withTask(
    number: number,
    tasks: readonly ModelTask[],
    action: (real: Task, model: ModelTask) => void,
  ): void {
    const task = pickOf(tasks, number);
    if (task !== undefined) action(this.realOf(task), task);
  }

  private realOf({ id }: ModelTask): Task {
    const task = this.scheduler.find(taskId(id), 0);
    if (task === undefined) throw new Error(`the scheduler does not know task ${id}`);
    return task;
  }
}

const causes = { done: 'done', failed: 'failed', cancelled: 'cancelled', expired: 'queue-ttl' } as const;

/** A task as it was before, handed in no earlier than older ones and no later than younger ones. */
function restoredTask(
  submitted: Submission,
  before: Before,
  order: number,
  { tasks, now }: Model,
): RestoredTask {
  const { failures, crashes, hubLosses } = before;
  const older = tasks.filter((task) => task.order < order).at(-1)?.submittedAt ?? now - 5_000;
  const younger = tasks.find((task) => task.order > order)?.submittedAt ?? now;
  const submittedAt = older + Math.trunc((younger - older) * before.share);
  const attempt = before.state === 'running' ? before.attempt + 1 : before.attempt;
  const [epoch, keptSince] = [EPOCH - 1, now - before.keptMs];
  return {
    ...{ submission: submitted, order, submittedAt, attempt, epoch, failures, crashes, hubLosses },
    state: stateBefore(before, keptSince, now),
    past: Array.from({ length: Math.min(attempt, 2) }, (_, index) => ({
      ...{ attempt: index + 1, epoch, dispatchedAt: keptSince, startedAt: 0, endedAt: keptSince },
      ...{ worker: undefined, hub: 'old', how: 'failed' as const },
    })),
  };
}

function stateBefore(
  { state, waitMs, resultBytes, collected }: Before,
  at: number,
  now: number,
): RestoredState {
  if (state === 'queued') return { is: state };
  if (state === 'delayed') return { is: state, notBefore: now + waitMs };
  if (state === 'running') return { is: state, dispatchedAt: at };
  const times = { dispatchedAt: at, startedAt: at, endedAt: at, keptSince: at };
  const cause = causes[state];
  return { is: state, cause, ...times, worker: 'old', runMs: 1, resultBytes, collected };
}

function pickOf<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % items.length];
}

/** What an action gives, or the code of the error that it throws. */
function codeOf<Result>(action: () => Result): Result | string {
  try {
    return action();
  } catch (error) {
    if (error instanceof PenstockError) return error.code;
    throw error;
  }
}
