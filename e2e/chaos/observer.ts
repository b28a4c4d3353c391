import { setTimeout as delay } from 'node:timers/promises';
import { KEPT_MS } from './cluster/chaos-cluster.js';
import type { BalancerApi, TaskAnswer } from './cluster/balancer-api.js';
import { isFinal, type Entry, type Ledger } from './ledger/ledger.js';

const ASKERS = 4;
/** Between two looks at a task that has not ended, and from its end to the second look. */
const AGAIN_MS = 3_000;
const SECOND_LOOK_MS = 45_000;
const IDLE_MS = 20;
/** A look that comes so long after what was last heard of a task might find that it was forgotten, as it may be. */
const TOO_LATE_MS = KEPT_MS / 2;

interface Look {
  readonly entry: Entry;
  readonly dueAt: number;
}

/** Looks at acknowledged tasks over HTTP, again and again until they have ended, and once more later. */
export class Observer {
  private waiting: Look[] = [];
  private ended: Look[] = [];
  private isStopped = false;
  private readonly asking: Promise<unknown>;

  constructor(
    private readonly api: BalancerApi,
    private readonly ledger: Ledger,
    /** Between two questions of an asker while the cluster has other things to do. */
    private paceMs: number,
  ) {
    ledger.onAcknowledged = (entry) => this.waiting.push({ entry, dueAt: 0 });
    this.asking = Promise.all(Array.from({ length: ASKERS }, () => this.ask()));
  }

  /** Asks as fast as it is answered from now on. */
  hurry(): void {
    this.paceMs = 0;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.asking;
  }

  /** Looks once more at all tasks that were acknowledged and must still be known. */
  async lookAtAll(): Promise<void> {
    const entries = [...this.ledger.entries.values()].filter(
      ({ acknowledgedAt }) => acknowledgedAt !== undefined,
    );
    let next = 0;
    const work = async (): Promise<void> => {
      for (let entry = entries[next++]; entry !== undefined; entry = entries[next++]) await this.look(entry);
    };
    await Promise.all(Array.from({ length: ASKERS }, work));
  }

  private async ask(): Promise<void> {
    while (!this.isStopped) {
      const first = this.take(this.waiting);
      const look = first ?? this.take(this.ended);
      if (look === undefined) await delay(IDLE_MS);
      else {
        const found = await this.look(look.entry);
        if (first !== undefined) this.lookAgain(look.entry, found);
        if (this.paceMs > 0) await delay(this.paceMs);
      }
    }
  }

  private lookAgain(entry: Entry, found: string | undefined): void {
    if (found === 'unknown') return;
    if (found !== undefined && isFinal(found)) this.ended.push({ entry, dueAt: Date.now() + SECOND_LOOK_MS });
    else this.waiting.push({ entry, dueAt: Date.now() + AGAIN_MS });
  }

  /** The first that is due. */
  private take(looks: Look[]): Look | undefined {
    const [first] = looks;
    return first !== undefined && first.dueAt <= Date.now() ? looks.shift() : undefined;
  }

  /** @returns the state, or `unknown`; `undefined` = the balancer is away */
  private async look(entry: Entry): Promise<string | undefined> {
    if (mayBeForgotten(entry)) {
      entry.isOverlooked = entry.ends.length === 0;
      return 'unknown';
    }
    const askedAt = Date.now();
    const answer = await this.api.task(entry.taskId);
    if (answer === undefined) return undefined;
    if (answer === 'unknown') {
      this.ledger.unknown(entry, Date.now());
      return 'unknown';
    }
    entry.acceptedAt = Math.max(entry.acceptedAt ?? 0, answer.submittedAt);
    this.ledger.seen(entry, {
      state: answer.state,
      run: runOf(answer),
      cause: answer.cause,
      finishedAt: answer.finishedAt,
      attempt: answer.attempt,
      by: 'http',
      askedAt,
      seenAt: Date.now(),
    });
    return answer.state;
  }
}

/** Whether a balancer may have let go of a task by now. A done one stands for its key for longer than any run takes. */
function mayBeForgotten({ plan, ends, endedAt, lookedAt, acknowledgedAt = 0 }: Entry): boolean {
  const isKeyed = plan.rules.idempotencyKey !== undefined && ends.every(({ state }) => state === 'done');
  return !isKeyed && Date.now() - (endedAt ?? lookedAt ?? acknowledgedAt) > TOO_LATE_MS;
}

function runOf({ result }: TaskAnswer): string | undefined {
  return (result as { run?: string } | undefined)?.run;
}
