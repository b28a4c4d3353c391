import { TaskClient, type ContractMap, type TaskClientOptions, type TaskContract } from '@penstock/client';
import {
  AcceptedWriter,
  Admission,
  Durability,
  encodeEnvelope,
  isCall,
  Kind,
  NO_SESSION,
  Pattern,
  readRules,
  readTaskId,
  ResultWriter,
  SubmitReader,
  writeTaskId,
  type BatchWriter,
  type ClientHello,
  type EnvelopeCall,
  type SessionId,
  type TaskId,
} from '@penstock/protocol';
import { peerKey, readIncoming, RouterSocket } from '@penstock/zmq';
import { randomUUID } from 'node:crypto';
import { MemoryTask, WORKER, type RunnableTask, type Submission } from './memory-task.js';

/** The tasks of a test; a function is asked when a task is handed in, so that they may be made later. */
export type TaskSupply = Iterable<RunnableTask> | (() => Iterable<RunnableTask>);

const MESSAGE_BYTES = 64 * 1024 * 1024;

interface Client {
  readonly peer: Uint8Array;
  readonly session: SessionId;
}

/**
 * A balancer within a test. Real clients talk to it in this process, and each task runs at once in this process: no
 * ports, no processes, no workers to wait for. It has no queue, no users' turns and no retries.
 *
 * ```ts
 * const balancer = await MemoryBalancer.start([hello]);
 * const client = balancer.client();
 * expect(await client.submit('HELLO', john).result()).toBe('Hello John Doe !');
 * await balancer.stop();
 * ```
 */
export class MemoryBalancer {
  private readonly router: RouterSocket;
  private readonly clients = new Map<string, Client>();
  private readonly handedOut: { close(): Promise<void> }[] = [];
  private readonly tasks = new Map<string, MemoryTask>();
  private readonly owners = new Map<MemoryTask, Client>();
  private readonly submissions = new SubmitReader();
  private readonly acknowledgements = new AcceptedWriter();
  private readonly results = new ResultWriter();
  private readonly idView = new DataView(new ArrayBuffer(16));
  private sessions = 0;

  private constructor(
    /** Where clients dial, in this process alone: `inproc://…`. */
    readonly endpoint: string,
    private readonly supply: TaskSupply,
  ) {
    this.router = new RouterSocket({
      endpoint,
      maxMessageBytes: MESSAGE_BYTES,
      onMessage: (peer, frames) => this.onMessage(peer, frames),
      onError: (error) => {
        throw error;
      },
    });
  }

  /** @param tasks what it can run; a task of another name waits for ever, as it does without a worker that knows it */
  static async start(tasks: TaskSupply = []): Promise<MemoryBalancer> {
    const balancer = new MemoryBalancer(`inproc://penstock-${randomUUID()}`, tasks);
    await balancer.router.bind();
    return balancer;
  }

  /** A client of it, closed with it. */
  client<Contracts extends ContractMap<Contracts> = Record<string, TaskContract>>(
    options: Omit<TaskClientOptions, 'endpoint' | 'host' | 'port'> = {},
  ): TaskClient<Contracts> {
    const client = new TaskClient<Contracts>({ ...options, endpoint: this.endpoint });
    this.handedOut.push(client);
    return client;
  }

  /** Ends it and its clients; running handlers are told by their signals. */
  async stop(): Promise<void> {
    for (const task of this.tasks.values()) task.cancel();
    await Promise.all(this.handedOut.map((client) => client.close()));
    this.clients.clear();
    await this.router.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private onMessage(peer: Uint8Array, frames: Uint8Array[]): void {
    const { head, envelope } = readIncoming(frames);
    if (envelope !== undefined && isCall(envelope) && envelope.pattern === Pattern.clientHello) {
      this.onHello(peer, envelope);
      return;
    }
    const client = this.clients.get(peerKey(peer));
    if (client === undefined) {
      const notice = { pattern: Pattern.sessionUnknown, data: { reason: 'not open here' } };
      this.router.send(peer, [encodeEnvelope(notice, { epoch: head.epoch, number: head.number })]);
    } else if (head.kind === Kind.submit) this.onSubmit(client, frames);
    else if (envelope !== undefined && isCall(envelope)) this.onCall(client, envelope);
  }

  private onHello(from: Uint8Array, { id = '', data }: EnvelopeCall): void {
    const peer = Buffer.from(from);
    const session = { epoch: 1, number: ++this.sessions };
    this.clients.set(peerKey(peer), { peer, session });
    const welcome = {
      session,
      version: 'memory',
      heartbeatMs: 1_000,
      durability: 'memory' as const,
      lostMs: 60_000,
      limits: {
        payloadBytes: 16 * 1024 * 1024,
        windowTasks: 100_000,
        windowBytes: 256 * 1024 * 1024,
        queuedPerUser: 0,
      },
      unknown: (data as ClientHello).waiting.filter((taskId) => !this.tasks.has(taskId)),
    };
    this.router.send(peer, [encodeEnvelope({ id, response: welcome, isDisposed: true }, NO_SESSION)]);
  }

  private onSubmit(client: Client, frames: Uint8Array[]): void {
    const batch = this.submissions.open(frames);
    const added: MemoryTask[] = [];
    while (batch.next()) {
      const submission: Submission = {
        taskId: readTaskId(batch.frame, batch.record),
        name: batch.name ?? '',
        userId: batch.userId ?? 'anonymous',
        priority: batch.priority,
        contentType: batch.contentType,
        payload: new Uint8Array(batch.payload),
        rules: readRules(batch.frame, batch.optionsOffset, batch.optionsLength),
      };
      const known = this.tasks.get(submission.taskId);
      this.acknowledge(submission.taskId, known === undefined ? Admission.accepted : Admission.known);
      if (known === undefined) added.push(this.add(client, submission));
    }
    this.send(client, this.acknowledgements);
    for (const task of added) this.begin(task);
  }

  private add(client: Client, submission: Submission): MemoryTask {
    const task = new MemoryTask(
      submission,
      (running, progress) => this.onProgress(running, progress),
      (ended) => this.onEnded(ended),
    );
    this.tasks.set(submission.taskId, task);
    this.owners.set(task, client);
    return task;
  }

  private begin(task: MemoryTask): void {
    try {
      const definitions = typeof this.supply === 'function' ? this.supply() : this.supply;
      const definition = [...definitions].find(({ name }) => name === task.submission.name);
      if (definition !== undefined) void task.run(definition);
    } catch (error) {
      task.fail(error);
    }
  }

  private onCall(client: Client, { pattern, data, id }: EnvelopeCall): void {
    const { taskIds = [], taskId = '' } = data as { taskIds?: string[]; taskId?: string };
    switch (pattern) {
      case Pattern.clientWatch:
        for (const watched of taskIds) this.watch(watched);
        break;
      case Pattern.clientStatus:
        this.reply(
          client,
          id,
          taskIds.flatMap((known) => this.tasks.get(known)?.status() ?? []),
        );
        break;
      case Pattern.clientCancel:
        this.reply(client, id, this.tasks.get(taskId)?.cancel() ?? { taskId, from: 'unknown' });
        break;
      case Pattern.clientGoodbye:
        this.clients.delete(peerKey(client.peer));
        break;
    }
  }

  private watch(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) return;
    task.isWatched = true;
    const { progress } = task.status();
    if (progress > 0) this.onProgress(task, progress);
  }

  private onProgress(task: MemoryTask, progress: number): void {
    const client = this.owners.get(task);
    if (client === undefined || !task.isWatched) return;
    const data = { taskId: task.submission.taskId, progress };
    this.tell(client, encodeEnvelope({ pattern: Pattern.taskProgress, data }, client.session));
  }

  private onEnded(task: MemoryTask): void {
    const client = this.owners.get(task);
    const { outcome, submission } = task;
    if (client === undefined || outcome === undefined) return;
    this.results.add(this.viewOf(submission.taskId), 0, {
      ...outcome,
      attempt: 1,
      worker: WORKER,
      waitMs: 0,
    });
    this.send(client, this.results);
  }

  private acknowledge(taskId: TaskId, status: Admission): void {
    this.acknowledgements.add(this.viewOf(taskId), 0, status, Durability.memory);
  }

  private reply(client: Client, id: string | undefined, response: unknown): void {
    this.tell(client, encodeEnvelope({ id: id ?? '', response, isDisposed: true }, client.session));
  }

  private viewOf(taskId: TaskId): DataView {
    writeTaskId(taskId, new Uint8Array(this.idView.buffer), 0);
    return this.idView;
  }

  private send(client: Client, writer: BatchWriter): void {
    const message = writer.take(client.session);
    if (message !== undefined && this.isConnected(client)) this.router.send(client.peer, message);
  }

  private tell(client: Client, frame: Uint8Array): void {
    if (this.isConnected(client)) this.router.send(client.peer, [frame]);
  }

  /** One that said goodbye is gone; what its tasks come to, nobody waits for. */
  private isConnected(client: Client): boolean {
    return this.clients.get(peerKey(client.peer)) === client;
  }
}
