import {
  PenstockError,
  TaskIdMinter,
  type PayloadOf,
  type ResultOf,
  type TaskContract,
  type TaskStatus,
} from '@penstock/protocol';
import { systemClock } from '@penstock/runtime';
import { Connection } from './connection.js';
import { OpenTask, type TaskSeed } from './open-task.js';
import { Outbox } from './outbox.js';
import { encodePayload } from './payload.js';
import { TaskControl } from './task-control.js';
import type { SubmitOneOptions, SubmitOptions, TaskHandle } from './task-handle.js';
import { TaskTable } from './task-table.js';
import { requireTaskName } from './user-lane.js';

/** Options of a {@link TaskClient}. */
export interface TaskClientOptions {
  /** Where the balancer is. Default `127.0.0.1`. */
  readonly host?: string;
  /** The balancer's LB_CLIENTPULLPORT. Default 5799. */
  readonly port?: number;
  /** Instead of host and port: `tcp://host:port`, `ipc://path` or `inproc://name`. */
  readonly endpoint?: string;
  /** Who this is, for people who look at the balancer. */
  readonly name?: string;
  /** What may wait here to be handed in; over it, submissions throw `OUTBOX_FULL`. Default 100,000 tasks, 256 MiB. */
  readonly maxPending?: { readonly tasks?: number; readonly bytes?: number };
  /** Told what went wrong without a task of yours being to blame. Default: `process.emitWarning`. */
  readonly onWarning?: (warning: PenstockError) => void;
}

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
  private readonly outbox: Outbox;
  private readonly connection: Connection;
  private readonly control: TaskControl;
  private sequence = 0;
  private latestName: string | undefined;

  /** @throws PenstockError `INVALID_ADDRESS` */
  constructor(options: TaskClientOptions = {}) {
    const { host = '127.0.0.1', port = 5799, endpoint, name, maxPending, onWarning = emitWarning } = options;
    this.table = new TaskTable(new TaskIdMinter(() => systemClock.wallMs(), Math.random));
    this.outbox = new Outbox({
      tasks: maxPending?.tasks ?? 100_000,
      bytes: maxPending?.bytes ?? 256 * 1024 * 1024,
    });
    this.connection = new Connection(
      { endpoint: endpoint ?? `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`, name, onWarning },
      this.table,
      this.outbox,
    );
    this.control = new TaskControl(this.connection);
    this.connection.start();
  }

  /**
   * Submits a task. It is handed in with all others of this turn of the event loop, as soon as window and quota allow.
   *
   * @param payload a JSON value, or a `Uint8Array`, which must not be changed until the task has ended
   * @throws PenstockError `INVALID_MESSAGE` when the payload is neither, `INVALID_NAME`, `INVALID_USER`,
   *   `INVALID_PRIORITY`, `INVALID_TASK_ID`, `ID_CONFLICT`, `OUTBOX_FULL` when too much waits here, `CLOSED`
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
    const task = this.make(payload, options, { name, retriesRefusals: options.retryRefusals ?? false });
    this.outbox.requireRoom(1, task.payload.length);
    this.table.add(task, false);
    this.connection.submit(task);
    return task;
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

  /** Closes for good: what has not ended fails with `CLOSED` here, and goes on at the balancer. */
  close(): Promise<void> {
    this.connection.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private make(
    payload: unknown,
    { userId, priority = 0 }: SubmitOptions,
    seed: Pick<TaskSeed, 'name' | 'retriesRefusals' | 'listener' | 'index'>,
  ): OpenTask {
    if (seed.name !== this.latestName) {
      requireTaskName(seed.name);
      this.latestName = seed.name;
    }
    if (!Number.isFinite(priority)) {
      throw new PenstockError('INVALID_PRIORITY', `a priority is a finite number, not ${String(priority)}`);
    }
    const lane = this.outbox.laneOf(userId);
    const encoded = encodePayload(payload);
    const id = this.table.mint(lane.hash);
    return new OpenTask(this.control, lane, id, ++this.sequence, { ...seed, ...encoded, priority });
  }
}

function emitWarning(warning: PenstockError): void {
  process.emitWarning(warning.message, { type: 'PenstockWarning', code: warning.code });
}
