import {
  PenstockError,
  TaskIdMinter,
  type PayloadOf,
  type ResultOf,
  type TaskContract,
  type TaskStatus,
} from '@penstock/protocol';
import type { Clock } from '@penstock/runtime';
import { systemPorts, type ClientPorts } from './client-ports.js';
import { resolveOptions, type TaskClientOptions } from './client-options.js';
import { Connection } from './connection.js';
import { Ledger } from './ledger.js';
import { requireNoKey, RuleEncoder } from './delivery.js';
import type { SubmitPart } from './map-run.js';
import { requireMapOptions, runMap, type MapOptions, type MapResult } from './map.js';
import { OpenTask, type TaskSeed } from './open-task.js';
import { Outbox } from './outbox.js';
import { encodePayload, isSameBytes } from './payload.js';
import { OpenBatch, type BatchResult, type TaskBatch } from './task-batch.js';
import { TaskControl } from './task-control.js';
import type { SubmitOneOptions, SubmitOptions, TaskHandle } from './task-handle.js';
import { TaskTable } from './task-table.js';
import { requireTaskName } from './user-lane.js';

/** Options of `submitMany`. */
export interface SubmitManyOptions<Result = unknown> extends SubmitOptions {
  /** Called with each end, as it comes. What it throws is an uncaught exception. */
  readonly onResult?: (result: BatchResult<Result>) => void;
}

/** Where `map` gets its payloads from. */
export type MapSource<Payload> = Iterable<Payload> | AsyncIterable<Payload>;

/** Contracts by task name. */
export type ContractMap<Contracts> = { readonly [Name in keyof Contracts]: TaskContract };

/**
 * Hands tasks in to a balancer and gets their results.
 *
 * ```ts
 * const penstock = new TaskClient();
 * const task = penstock.submit('HELLO', { firstName: 'John', lastName: 'Doe' });
 * console.log(await task.result());
 * await penstock.close();
 * ```
 *
 * It connects by itself, and again whenever the connection is lost; meanwhile tasks wait here. A client keeps its
 * process alive until it is closed.
 *
 * @typeParam Contracts payload and result types by task name, to have them checked
 */
export class TaskClient<Contracts extends ContractMap<Contracts> = Record<string, TaskContract>> {
  private readonly table: TaskTable;
  private readonly clock: Clock;
  private readonly outbox: Outbox;
  private readonly connection: Connection;
  private readonly control: TaskControl;
  private readonly rules = new RuleEncoder();
  private sequence = 0;
  private latestName: string | undefined;

  /**
   * @param ports the world, where it is not the real one
   * @throws PenstockError `INVALID_ADDRESS`, `INVALID_KEY`, or `INVALID_MESSAGE` when another option is not valid
   */
  constructor(options: TaskClientOptions = {}, ports: ClientPorts = systemPorts) {
    const { connection, bounds } = resolveOptions(options);
    const { clock, random } = ports;
    this.clock = clock;
    this.table = new TaskTable(new TaskIdMinter(() => clock.wallMs(), random));
    this.outbox = new Outbox(bounds, random);
    const ledger = new Ledger(this.table, this.outbox);
    this.connection = new Connection(connection, ledger, this.outbox, this.table, ports);
    this.control = new TaskControl(this.connection, ledger, clock);
    this.connection.start();
  }

  /**
   * Submits a task. It is handed in with all others of this turn of the event loop, as soon as window and quota allow.
   *
   * @param payload a JSON value, or a `Uint8Array`, which must not be changed until the task has ended
   * @throws PenstockError `INVALID_MESSAGE` when the payload is neither, `INVALID_NAME`, `INVALID_USER`,
   *   `INVALID_PRIORITY`, `INVALID_RULES`, `INVALID_TASK_ID`, `ID_CONFLICT`, `OUTBOX_FULL` when too much waits here, `CLOSED`
   */
  submit<Contract extends TaskContract = never>(
    name: string,
    payload: PayloadOf<Contract>,
    options?: SubmitOneOptions,
  ): TaskHandle<ResultOf<Contract>>;
  submit<Name extends keyof Contracts & string>(
    name: Name,
    payload: PayloadOf<Contracts[Name]>,
    options?: SubmitOneOptions,
  ): TaskHandle<ResultOf<Contracts[Name]>>;
  submit(name: string, payload: unknown, options: SubmitOneOptions = {}): TaskHandle {
    const { taskId, retryRefusals = false } = options;
    this.check(name, options);
    const task = this.make(name, payload, options, {
      retriesUntil: retryDeadline(retryRefusals, this.clock.monotonicMs()),
      taskId,
      options: this.rules.encode(options),
    });
    const known = taskId === undefined ? undefined : this.table.find(task.idView, task.idOffset);
    if (known !== undefined) return sameTask(known, task);
    this.outbox.requireRoom(1, task.payload.length);
    // Whoever gives an id may have handed the task in before, from another process.
    task.wasSent = taskId !== undefined;
    this.connection.submit(task, taskId !== undefined);
    return task;
  }

  /**
   * Submits a task per payload, all or none of them. It costs no promise per task: ask the batch for all results, or
   * iterate over it. Refusals that may pass are retried with back-off.
   *
   * @throws PenstockError what `submit` throws
   */
  submitMany<Contract extends TaskContract = never>(
    name: string,
    payloads: Iterable<PayloadOf<Contract>>,
    options?: SubmitManyOptions<ResultOf<Contract>>,
  ): TaskBatch<ResultOf<Contract>>;
  submitMany<Name extends keyof Contracts & string>(
    name: Name,
    payloads: Iterable<PayloadOf<Contracts[Name]>>,
    options?: SubmitManyOptions<ResultOf<Contracts[Name]>>,
  ): TaskBatch<ResultOf<Contracts[Name]>>;
  submitMany(name: string, payloads: Iterable<unknown>, options: SubmitManyOptions = {}): TaskBatch {
    this.check(name, options);
    requireNoKey(options);
    const rules = this.rules.encode(options);
    const batch = new OpenBatch(options.onResult);
    let bytes = 0;
    for (const payload of payloads) {
      const index = batch.tasks.length;
      const task = this.make(name, payload, options, {
        retriesUntil: Infinity,
        options: rules,
        listener: batch,
        index,
      });
      batch.tasks.push(task);
      bytes += task.payload.length;
      this.outbox.requireRoom(batch.tasks.length, bytes);
    }
    for (const task of batch.tasks) this.connection.submit(task, false);
    return batch;
  }

  /**
   * Runs each payload of a source as a task, and yields how each ended. Pulls from the source only as results are
   * taken; payloads of which none was taken yet are at most `concurrency`. What the source throws is thrown after the
   * results of all before it. Leaving the loop early cancels what is open. Refusals that may pass are retried.
   *
   * ```ts
   * for await (const result of penstock.map('wordcount', files, { concurrency: 64 })) {
   *   if (result.ok) console.log(result.payload, result.value);
   *   else console.error(result.payload, result.error.message);
   * }
   * ```
   *
   * @throws PenstockError `INVALID_MESSAGE` when an option is not valid, `INVALID_NAME`, `INVALID_USER`,
   *   `INVALID_PRIORITY`, `INVALID_RULES`; while iterating `CLOSED`, and with `stopOnFailure` the first failure
   */
  map<Contract extends TaskContract = never>(
    name: string,
    source: MapSource<PayloadOf<Contract>>,
    options?: MapOptions<PayloadOf<Contract>>,
  ): AsyncGenerator<MapResult<PayloadOf<Contract>, ResultOf<Contract>>, undefined>;
  map<Name extends keyof Contracts & string, Payload extends PayloadOf<Contracts[Name]>>(
    name: Name,
    source: MapSource<Payload>,
    options?: MapOptions<Payload>,
  ): AsyncGenerator<MapResult<Payload, ResultOf<Contracts[Name]>>, undefined>;
  map(
    name: string,
    source: MapSource<unknown>,
    options: MapOptions = {},
  ): AsyncGenerator<MapResult, undefined> {
    requireMapOptions(options);
    this.check(name, options);
    requireNoKey(options);
    const rules = this.rules.encode(options);
    const submit: SubmitPart = (payload, listener, index) => {
      this.connection.requireOpen();
      const task = this.make(name, payload, options, {
        retriesUntil: Infinity,
        options: rules,
        listener,
        index,
      });
      this.connection.submit(task, false);
      return task;
    };
    return runMap(source, submit, options);
  }

  /**
   * Statuses of tasks, whoever submitted them, in the order of their ids; `undefined` where the balancer knows none.
   *
   * @throws PenstockError `INVALID_TASK_ID`, `DEADLINE_EXCEEDED` when there is no answer within 10 s, `CLOSED`
   */
  get(ids: readonly string[]): Promise<(TaskStatus | undefined)[]> {
    return this.control.get(ids);
  }

  /**
   * Resolves once connected. Nothing needs to wait for it.
   *
   * @param timeoutMs default: as long as it takes
   * @throws PenstockError `DEADLINE_EXCEEDED`, `CLOSED`, or why the balancer refused this client
   */
  ready(timeoutMs?: number): Promise<void> {
    return this.connection.ready(timeoutMs);
  }

  /**
   * Closes for good: what has not ended fails with `CLOSED` here, and goes on at the balancer if that has it. May be
   * called more than once.
   */
  close(): Promise<void> {
    this.connection.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Checks what all tasks of a call have in common. */
  private check(name: string, { userId, priority = 0 }: SubmitOptions): void {
    this.connection.requireOpen();
    if (name !== this.latestName) requireTaskName(name);
    this.latestName = name;
    this.outbox.laneOf(userId);
    if (Number.isFinite(priority)) return;
    throw new PenstockError('INVALID_PRIORITY', `a priority is a finite number, not ${String(priority)}`);
  }

  private make(
    name: string,
    payload: unknown,
    { userId, priority = 0 }: SubmitOptions,
    seed: Pick<TaskSeed, 'retriesUntil' | 'options' | 'listener' | 'index'> & { taskId?: string | undefined },
  ): OpenTask {
    const { contentType, payload: bytes } = encodePayload(payload);
    const lane = this.outbox.laneOf(userId);
    const { taskId, retriesUntil, options, listener, index } = seed;
    const id = taskId === undefined ? this.table.mint(lane.hash) : this.table.place(taskId, lane.hash);
    const rest = { name, priority, contentType, payload: bytes, retriesUntil, options, listener, index };
    return new OpenTask(this.control, lane, id, ++this.sequence, rest);
  }
}

/**
 * Until when refusals of a task that is submitted now are retried, in monotonic milliseconds; 0 = they are told.
 *
 * @throws PenstockError `INVALID_MESSAGE`
 */
function retryDeadline(retryRefusals: NonNullable<SubmitOneOptions['retryRefusals']>, now: number): number {
  if (typeof retryRefusals === 'boolean') return retryRefusals ? Infinity : 0;
  const { maxWaitMs } = retryRefusals;
  if (maxWaitMs >= 0) return now + maxWaitMs;
  throw new PenstockError(
    'INVALID_MESSAGE',
    `retryRefusals.maxWaitMs is a number from 0, not ${String(maxWaitMs)}`,
  );
}

/** The open task that has the id of `again`, if it is the same. */
function sameTask(known: OpenTask, again: OpenTask): OpenTask {
  const isSame =
    known.name === again.name &&
    known.lane === again.lane &&
    known.priority === again.priority &&
    known.contentType === again.contentType &&
    isSameBytes(known.payload, again.payload);
  if (isSame) return known;
  throw new PenstockError(
    'ID_CONFLICT',
    `the id ${known.id} is taken by a task with another name, user, priority or payload`,
    { details: { taskId: known.id } },
  );
}
