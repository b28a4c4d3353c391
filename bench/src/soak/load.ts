import { TaskClient } from '@penstock/client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.js';
import type { Work } from '../cluster/tasks/work.js';

/** How long users of the load wait between what they do, in milliseconds. */
const PAUSE_MS = 20;
const BATCH = 200;

/** Users of a cluster who do different things again and again until they are told to stop. */
export class Load {
  /** Tasks that have ended. */
  ended = 0;
  /** Times from submit to result of one small task at a time since this was last asked, in milliseconds. */
  private latencies: number[] = [];
  private isOver = false;

  private constructor(private readonly cluster: Cluster) {}

  /** Starts the load; `done` resolves when it has stopped. */
  static start(cluster: Cluster): { load: Load; done: Promise<unknown> } {
    const load = new Load(cluster);
    const users = [
      load.oneByOne,
      load.inBatches,
      load.failing,
      load.large,
      load.cancelling,
      load.comingAndGoing,
    ];
    return { load, done: Promise.all([...users.map((user) => load.withClient(user)), load.overHttp()]) };
  }

  stop(): void {
    this.isOver = true;
  }

  takeLatencies(): number[] {
    return this.latencies.splice(0);
  }

  private async withClient(user: (client: TaskClient) => Promise<void>): Promise<void> {
    await using client = new TaskClient({ port: this.cluster.ports.client, onWarning: () => undefined });
    while (!this.isOver) {
      await user.call(this, client);
      await sleep(PAUSE_MS);
    }
  }

  private async oneByOne(client: TaskClient): Promise<void> {
    const begun = performance.now();
    await client.submit('NOOP', 'x').result();
    this.latencies.push(performance.now() - begun);
    this.ended += 1;
  }

  private async inBatches(client: TaskClient): Promise<void> {
    await client.submitMany('NOOP', Array<string>(BATCH).fill('x'.repeat(98))).results();
    this.ended += BATCH;
  }

  private async failing(client: TaskClient): Promise<void> {
    const work: Work = { fails: true };
    const rules = { maxAttempts: 2, backoff: { kind: 'fixed', delayMs: 10 } } as const;
    await client.submitMany('WORK', [work, work, work], rules).outcomes();
    this.ended += 3;
  }

  private async large(client: TaskClient): Promise<void> {
    const work: Work & { filling: string } = { bytes: 200_000, filling: 'x'.repeat(100_000) };
    await client.submit('WORK', work).result();
    this.ended += 1;
  }

  private async cancelling(client: TaskClient): Promise<void> {
    const batch = client.submitMany('WORK', Array<Work>(10).fill({ ms: 50 }));
    await batch.tasks[0]?.accepted;
    await batch.cancel();
    await batch.outcomes();
    this.ended += 10;
  }

  /** A process that connects for one task. */
  private async comingAndGoing(): Promise<void> {
    await using client = new TaskClient({ port: this.cluster.ports.client });
    await client.submit('NOOP', 'x', { durability: 'memory' }).result();
    this.ended += 1;
  }

  /** Hands tasks in over HTTP, and watches events for a while. */
  private async overHttp(): Promise<void> {
    while (!this.isOver) {
      const watching = new AbortController();
      const events = this.cluster.watch(watching.signal);
      await this.cluster.post('/api/tasks?wait=10s', { name: 'WORK', payload: { ms: 5 } });
      watching.abort();
      await events;
      this.ended += 1;
      await sleep(PAUSE_MS);
    }
  }
}
