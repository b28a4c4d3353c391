import { Inject, Injectable } from '@nestjs/common';
import { mayUse, userFor, type Caller } from '@penstock/access';
import {
  Admission,
  ContentType,
  EMPTY,
  encodeRules,
  NO_SESSION,
  parseTaskId,
  PenstockError,
  SubmitReader,
  SubmitWriter,
  TaskIdMinter,
  viewOf,
  writeTaskId,
  type Bytes,
  type CancelReply,
  type TaskId,
  type WireError,
} from '@penstock/protocol';
import { isFinal, type Task } from '@penstock/scheduler';
import { Engine } from '@penstock/engine';
import {
  failureSchema,
  type ListQuery,
  type RerunBody,
  type RerunManyBody,
  type RerunReply,
  type SubmissionBody,
  type TaskPage,
  type TaskView,
} from './task-schemas.js';
import { rulesOf } from './delivery-schemas.js';
import { listTasks } from './task-list.js';

/** What one submitted task came to. */
export type SubmissionReply = { readonly taskId: TaskId } | { readonly error: WireError };

/** Tasks over HTTP. A submission takes the same way as a client's: it is packed into a batch, and admitted from it. */
@Injectable()
export class TasksService {
  private readonly minter = new TaskIdMinter(Date.now, Math.random);

  constructor(@Inject(Engine) private readonly engine: Engine) {}

  /**
   * Hands tasks in, in order; resolves when what is acknowledged is as durable as it says.
   *
   * @throws RefusedError when the caller may not hand one of them in: then none is
   */
  async submit(asked: readonly SubmissionBody[], caller: Caller): Promise<SubmissionReply[]> {
    const { engine } = this;
    const bodies = asked.map((body) => ({
      ...body,
      userId: userFor(caller, body.userId || undefined, body.name),
    }));
    const replies: SubmissionReply[] = [];
    const writer = new SubmitWriter();
    const reader = new SubmitReader();
    const admit = (): void => {
      const message = writer.take(NO_SESSION);
      if (message === undefined) return;
      engine.submissions.admit(reader.open(message), undefined, engine.now(), (verdict) => {
        if (verdict.status !== Admission.refused)
          replies.push({ taskId: engine.partition.idOf(verdict.task) });
        else
          replies.push({ error: new PenstockError(verdict.refusal.code, verdict.refusal.message).toWire() });
      });
    };
    for (const body of bodies) {
      const payload = payloadOf(body);
      if (writer.mustTakeBefore(payload.byteLength)) admit();
      writer.add(this.idOf(body), 0, {
        name: body.name,
        userId: body.userId,
        priority: body.priority,
        contentType: contentTypeOf(body),
        payload: { buffer: payload, offset: 0, length: payload.byteLength },
        options: optionsOf(body),
      });
    }
    admit();
    engine.wake();
    await engine.durable();
    return replies;
  }

  /**
   * A task with how it ended, after waiting for that for a while.
   *
   * @throws PenstockError `TASK_UNKNOWN`, `INVALID_TASK_ID`
   */
  async get(taskId: string, caller: Caller, waitMs = 0): Promise<TaskView> {
    const task = this.require(taskId, caller);
    if (waitMs > 0 && !isFinal(task.state)) await this.untilEnded(task, waitMs);
    const view = this.view(this.require(taskId, caller));
    await this.engine.durable();
    return view;
  }

  /** The bytes of a task's result as they came. */
  result(taskId: string, caller: Caller): { contentType: number; bytes: Uint8Array } {
    const { slot, state } = this.require(taskId, caller);
    const { results } = this.engine.partition;
    if (state !== 'done' || !results.has(slot)) {
      throw new PenstockError('TASK_UNKNOWN', `task ${taskId} has no result: it is ${state}`);
    }
    return { contentType: results.contentType(slot), bytes: results.view(slot) };
  }

  /** @throws PenstockError `TASK_UNKNOWN`, `INVALID_TASK_ID` */
  async cancel(taskId: string, caller: Caller): Promise<CancelReply> {
    this.require(taskId, caller);
    const reply = this.engine.clients.cancel(parseTaskId(taskId), this.engine.now());
    if (reply.from === 'unknown') throw unknownTask(taskId);
    this.engine.wake();
    await this.engine.durable();
    return reply;
  }

  /**
   * Runs a task again that ended without a result.
   *
   * @throws PenstockError `TASK_UNKNOWN`, `INVALID_TASK_ID`, `NOT_DEAD`, or why the queue does not take it
   */
  async rerun(taskId: string, body: RerunBody, caller: Caller): Promise<TaskView> {
    const task = this.require(taskId, caller);
    const { priority, payload, payloadBase64 } = body;
    const rules = rulesOf(body);
    const isNew = payload !== undefined || payloadBase64 !== undefined;
    const again = this.engine.reruns.rerun(task, this.engine.now(), {
      ...(priority === undefined ? {} : { priority }),
      ...(isNew ? { payload: payloadOf(body), contentType: contentTypeOf(body) } : {}),
      ...(rules === undefined ? {} : { rules }),
    });
    if ('code' in again) throw new PenstockError(again.code, again.message);
    this.engine.wake();
    return this.get(taskId, caller);
  }

  /** Runs all dead tasks again that match, oldest first. */
  async rerunMany({ state, name, userId, limit }: RerunManyBody): Promise<RerunReply> {
    const { engine } = this;
    const tasks: Task[] = [];
    for (const task of engine.partition.scheduler.retention.oldestDead()) {
      const matches =
        (state === undefined || task.state === state) &&
        (name === undefined || task.name.text === name) &&
        (userId === undefined || task.user.id === userId);
      if (matches) tasks.push(task);
      if (tasks.length === limit) break;
    }
    const refusals = tasks.flatMap((task) => {
      const again = engine.reruns.rerun(task, engine.now());
      return 'code' in again ? [again] : [];
    });
    engine.wake();
    await engine.durable();
    const [first] = refusals;
    const reply: RerunReply = { rerun: tasks.length - refusals.length };
    if (first !== undefined) {
      reply.refused = {
        count: refusals.length,
        error: new PenstockError(first.code, first.message).toWire(),
      };
    }
    return reply;
  }

  /** A page of the tasks that a caller may see, newest first. */
  async list(query: ListQuery, caller: Caller): Promise<TaskPage> {
    return listTasks(this.engine.partition, query, (userId) => mayUse(caller, userId));
  }

  /** To a client, the tasks of others are as if there were none. */
  private require(taskId: string, caller: Caller): Task {
    const task = this.engine.clients.find(taskId);
    if (task === undefined || !mayUse(caller, task.user.id)) throw unknownTask(taskId);
    return task;
  }

  private async untilEnded(task: Task, waitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopWatching = this.engine.partition.endWatchers.add(task, resolve);
    const timer = setTimeout(resolve, waitMs);
    await promise;
    clearTimeout(timer);
    stopWatching();
  }

  private view(task: Task): TaskView {
    const { partition } = this.engine;
    const view: TaskView = partition.fullView(task);
    const report = partition.endReportOf(task);
    if (report !== undefined && 'name' in report) view.error = report;
    if (!partition.results.has(task.slot)) return view;
    const bytes = Buffer.from(partition.results.view(task.slot));
    const value = partition.results.contentType(task.slot) === ContentType.json ? jsonIn(bytes) : undefined;
    if (task.state === 'failed') {
      const error = failureSchema.safeParse(value);
      view.error = error.data ?? { name: 'Error', message: 'the hub sent a failure report that is none' };
    } else if (task.state === 'done' && value !== undefined) view.result = value;
    else if (task.state === 'done') view.resultBase64 = bytes.toString('base64');
    return view;
  }

  private idOf({ taskId, userId }: Pick<SubmissionBody, 'taskId' | 'userId'>): DataView {
    const bytes = new Uint8Array(16);
    writeTaskId(taskId === undefined ? this.minter.mint(userId) : parseTaskId(taskId), bytes, 0);
    return viewOf(bytes);
  }
}

type PayloadBody = Pick<SubmissionBody, 'payload' | 'payloadBase64'>;

function contentTypeOf({ payloadBase64 }: PayloadBody): ContentType {
  return payloadBase64 === undefined ? ContentType.json : ContentType.bytes;
}

/** The option block of what a body says of delivery. */
function optionsOf(body: Parameters<typeof rulesOf>[0]): Bytes {
  const rules = rulesOf(body);
  if (rules === undefined) return EMPTY;
  const buffer = encodeRules(rules);
  return { buffer, offset: 0, length: buffer.byteLength };
}

function payloadOf({ payload, payloadBase64 }: PayloadBody): Uint8Array {
  if (payloadBase64 !== undefined) return Buffer.from(payloadBase64, 'base64');
  return Buffer.from(JSON.stringify(payload ?? null));
}

/** What a hub called JSON; `undefined` when it is not. */
function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function unknownTask(taskId: string): PenstockError {
  return new PenstockError('TASK_UNKNOWN', `no task ${taskId} is known: never submitted, or forgotten since`);
}
