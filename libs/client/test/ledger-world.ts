import { ContentType, PenstockError, TaskIdMinter, type ClientWelcome } from '@penstock/protocol';
import { expect } from 'vitest';
import { Ledger } from '../src/ledger.js';
import { OpenTask, type TaskListener, type TaskPort } from '../src/open-task.js';
import { Outbox } from '../src/outbox.js';
import { TaskTable } from '../src/task-table.js';

const port: TaskPort = {
  status: () => Promise.reject(new Error('not here')),
  cancel: () => Promise.reject(new Error('not here')),
  watch: () => undefined,
};

export const LIMITS = { payloadBytes: 1_000, windowTasks: 5, windowBytes: 100, queuedPerUser: 3 };

/** A ledger with a balancer that does as it is told, and all that must hold of them at any time. */
export class LedgerWorld implements TaskListener {
  readonly tasks: OpenTask[] = [];
  readonly ends = new Map<OpenTask, number>();
  now = 0;
  isLive = false;
  readonly ledger: Ledger;
  readonly outbox = new Outbox({ tasks: 1_000, bytes: 1_000_000 });
  private readonly table: TaskTable;
  private readonly minter: TaskIdMinter;

  /** @param random in [0, 1), for ids */
  constructor(random: () => number) {
    this.minter = new TaskIdMinter(() => 1_700_000_000_000, random);
    this.table = new TaskTable(new TaskIdMinter(() => 1_700_000_000_000, random));
    this.ledger = new Ledger(this.table, this.outbox);
  }

  submit(userId: string, bytes: number): OpenTask {
    const lane = this.outbox.laneOf(userId);
    const task = new OpenTask(port, lane, this.table.mint(lane.hash), this.tasks.length, {
      name: 'n',
      priority: 0,
      contentType: ContentType.bytes,
      payload: { buffer: new Uint8Array(bytes), offset: 0, length: bytes },
      retriesUntil: Infinity,
      listener: this,
    });
    this.ledger.add(task, false);
    this.tasks.push(task);
    return task;
  }

  /** Sends what may go, as a flush does; checks that each is the first of its user. */
  flush(): OpenTask[] {
    const sent: OpenTask[] = [];
    if (!this.isLive) return sent;
    for (let task = this.ledger.next(this.now); task !== undefined; task = this.ledger.next(this.now)) {
      const { sequence, lane } = task;
      const earlier = this.in('pending').find((other) => other.lane === lane && other.sequence < sequence);
      expect(earlier, 'an earlier task of the same user that still waits').toBeUndefined();
      sent.push(task);
      this.check();
    }
    this.checkNothingIdles();
    return sent;
  }

  /** @param unknown which of the accepted tasks the balancer does not know */
  welcome(unknown: (task: OpenTask) => boolean = () => false): void {
    this.isLive = true;
    this.ledger.listWaiting();
    const forgotten = this.in('accepted').filter(unknown);
    this.ledger.onWelcome({
      limits: LIMITS,
      unknown: forgotten.map(({ id }) => id),
    } as unknown as ClientWelcome);
  }

  lose(): void {
    this.isLive = false;
    this.ledger.onLost();
  }

  accept(task: OpenTask): void {
    this.ledger.onAccepted(task, { durability: 'memory', known: false });
  }

  refuse(...tasks: readonly OpenTask[]): void {
    const error = new PenstockError('QUOTA_EXCEEDED', 'not now');
    this.ledger.handInAgain(tasks.filter((task) => this.ledger.onRefused(task, error, this.now, 0)));
  }

  /** The balancer says that another task has the key of this one: an open one of the user, or one of another client. */
  sameKey(task: OpenTask, pick: number): void {
    const others = this.in('pending', 'sent', 'accepted').filter(
      (other) => other !== task && other.lane === task.lane && other.followed === undefined,
    );
    const original = others[pick % (others.length + 1)];
    const taskId = original?.id ?? this.minter.mint(task.userId);
    const isAgain = this.ledger.onSameKey(task, taskId, { durability: 'memory', known: true });
    expect(isAgain).toBe(task.phase === 'sent');
    if (isAgain) this.ledger.handInAgain([task]);
    else if (task.phase === 'accepted') expect(task.followed).toBe(original);
    else expect(task.redirections).toBeGreaterThan(8);
  }

  finish(task: OpenTask): void {
    const run = { worker: 'w', attempt: 1, waitMs: 0, runMs: 0 };
    this.ledger.onEnded(task, { ok: true, value: null, ...run });
  }

  wait(ms: number): void {
    this.now += ms;
    this.outbox.wake(this.now);
  }

  in(...phases: readonly OpenTask['phase'][]): OpenTask[] {
    return this.tasks.filter(({ phase }) => phases.includes(phase));
  }

  onEnded(task: OpenTask): void {
    this.ends.set(task, (this.ends.get(task) ?? 0) + 1);
  }

  /** What holds after every step. */
  check(): void {
    const open = this.in('sent', 'accepted');
    expect(open.length).toBeLessThanOrEqual(LIMITS.windowTasks);
    if (open.length > 1) {
      expect(open.reduce((sum, { payload }) => sum + payload.length, 0)).toBeLessThanOrEqual(
        LIMITS.windowBytes,
      );
    }
    for (const [, ofUser] of Map.groupBy(open, ({ lane }) => lane.userId)) {
      expect(ofUser.length).toBeLessThanOrEqual(LIMITS.queuedPerUser);
    }
    expect(this.ledger.size).toBe(this.in('pending', 'sent', 'accepted').length);
    for (const task of this.tasks) {
      expect(this.ends.get(task) ?? 0).toBe(task.phase === 'ended' ? 1 : 0);
      if (task.phase !== 'ended' && task.followed === undefined) {
        expect(this.table.find(task.idView, task.idOffset)).toBe(task);
      } else expect([...this.table]).not.toContain(task);
      expect(task.followed?.phase).not.toBe('ended');
    }
  }

  /** What waits after a flush waits for a reason: rest, quota, or a window that has no room for some user's next. */
  private checkNothingIdles(): void {
    const open = this.in('sent', 'accepted');
    const bytes = open.reduce((sum, { payload }) => sum + payload.length, 0);
    const firsts = [...Map.groupBy(this.in('pending'), ({ lane }) => lane)].flatMap(([lane, [first]]) => {
      const isHeldUp = lane.restsUntil > this.now || lane.openTasks >= LIMITS.queuedPerUser;
      return isHeldUp || first === undefined ? [] : [first];
    });
    if (firsts.length === 0) return;
    const isFull =
      open.length >= LIMITS.windowTasks ||
      (open.length > 0 && firsts.some(({ payload }) => bytes + payload.length > LIMITS.windowBytes));
    expect(isFull, 'a task waits although there is room').toBe(true);
  }
}
