import { OutcomeStatus, PenstockError, type HubGroup } from '@penstock/protocol';
import { expect } from 'vitest';
import {
  checkInvariants,
  Scheduler,
  waitingReason,
  type Hub,
  type SchedulerSettings,
  type Task,
} from '../../src/index.js';
import { Recorder } from '../recorder.js';
import { hubGroups, submission } from '../scenario.js';
import { taskId } from '../task-ids.js';
import type { Command } from './commands.js';
import type { ModelHub, ModelTask } from './model-state.js';
import { Model } from './model.js';

const EPOCH = 3;

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

  constructor(private readonly settings: SchedulerSettings) {
    this.scheduler = new Scheduler(this.recorder, settings, EPOCH);
    this.model = new Model(settings);
  }

  /** Does one command to both, and compares. */
  run(command: Command): void {
    this.perform(command);
    expect(this.recorder.take()).toEqual(this.model.happened);
    this.model.happened = [];
    expect(this.pictureOfScheduler()).toEqual(this.pictureOfModel());
    checkInvariants(this.scheduler);
    this.checkBounds();
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
        expect(scheduler.dispatch(now)).toBe(model.dispatch());
        return;
      case 'start':
        return this.withTask(command.task, model.running, (real, task) => {
          task.worker = `worker ${now}`;
          scheduler.started(real, task.worker, now);
        });
      case 'end':
        return this.withTask(command.task, model.running, (real, task) => {
          model.end(task, command.status, command.resultBytes);
          scheduler.ended(real, OutcomeStatus[command.status], 1, command.resultBytes, now);
        });
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
    const { queuedMax, queuedPerUser } = this.settings;
    expect(this.scheduler.queued).toBeLessThanOrEqual(queuedMax);
    expect(outcome.user.queued).toBeLessThanOrEqual(queuedPerUser || Infinity);
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
    const lease = { epoch: EPOCH + epochOff, attempt, slot: slot ?? (held && this.realOf(held).slot) ?? 0 };
    const found = this.scheduler.leased(pair.real, taskId(id), 0, lease);
    expect(found !== undefined).toBe(this.model.isLeased(pair.model, id, epochOff === 0, attempt));
    if (found !== undefined) expect(found).toBe(this.scheduler.find(taskId(id), 0));
  }

  private advance(ms: number): void {
    this.model.now += ms;
    const { now } = this.model;
    const due = this.scheduler.nextDeadline();
    this.scheduler.tick(now);
    if (due !== undefined && due <= now) this.model.sweep();
  }

  /** Whatever may ever have to be swept is looked at within a second, and nothing grows past its bound. */
  private checkBounds(): void {
    const { scheduler, model, settings } = this;
    if (model.tasks.length > 0) expect(scheduler.nextDeadline()).toBeLessThanOrEqual(model.now + 1_000);
    expect([...scheduler.users].length).toBeLessThanOrEqual(settings.usersMax);
    expect([...scheduler.names].length).toBeLessThanOrEqual(settings.namesMax);
    expect(scheduler.payloadBytes).toBeLessThanOrEqual(settings.payloadBytesMax);
    expect(scheduler.retention.size).toBeLessThanOrEqual(Math.max(1, settings.finishedMax));
  }

  private pictureOfScheduler() {
    const { scheduler } = this;
    const tasks: string[] = [];
    for (let id = 0; id < this.ids; id++) {
      const task = scheduler.find(taskId(id), 0);
      if (task === undefined) continue;
      const { state, attempt, group, cancelling, worker, resultBytes } = task;
      const holder = group === undefined ? '-' : `${group.hub.name}/${group.index}`;
      tasks.push(
        [id, state, attempt, holder, cancelling, worker, resultBytes, waitingReason(task)].join(' · '),
      );
    }
    return {
      tasks,
      users: [...scheduler.users].map(({ id, queued, running }) => `${id}: ${queued} + ${running}`),
      names: [...scheduler.names].map(({ text, queued, running }) => `${text}: ${queued} + ${running}`),
      groups: this.hubs.flatMap(({ real }) =>
        real.groups.map(({ index, free }) => `${real.name}/${index}: ${free} free`),
      ),
      load: [scheduler.queued, scheduler.running, scheduler.payloadBytes, scheduler.refusedLeases],
    };
  }

  private pictureOfModel() {
    const { model } = this;
    const { queued, running } = model;
    const live = [...queued, ...running];
    return {
      tasks: [...model.tasks]
        .sort((a, b) => a.id - b.id)
        .map((task) => {
          const { id, state, attempt, lease, isCancelling, worker, resultBytes } = task;
          const holder = lease === undefined ? '-' : `${lease.group.hub.name}/${lease.group.index}`;
          const reason = model.waitingReason(task);
          return [id, state, attempt, holder, isCancelling, worker, resultBytes, reason].join(' · ');
        }),
      users: model.admission.users.map((user) => {
        const count = (tasks: ModelTask[]): number => tasks.filter((task) => task.user === user).length;
        return `${user.id}: ${count(queued)} + ${count(running)}`;
      }),
      names: model.admission.names.map((name) => {
        const count = (tasks: ModelTask[]): number => tasks.filter((task) => task.name === name).length;
        return `${name.text}: ${count(queued)} + ${count(running)}`;
      }),
      groups: this.hubs.flatMap(({ model: hub }) =>
        hub.groups.map((group) => `${hub.name}/${group.index}: ${model.free(group)} free`),
      ),
      load: [
        queued.length,
        running.length,
        live.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0),
        model.refusedLeases,
      ],
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
