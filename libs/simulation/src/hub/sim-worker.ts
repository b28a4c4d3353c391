import type { HeldTask, WorkerHandle, WorkerListener, WorkerOptions } from '@penstock/hub/core';
import {
  ContentType,
  EMPTY,
  OutcomeStatus,
  OutcomeWriter,
  readTaskId,
  StartedWriter,
  viewOf,
  writeTaskId,
  type BatchWriter,
  type HubLease,
  type OutcomeRecord,
  type TaskId,
} from '@penstock/protocol';
import type { Chance } from '../world/chance.js';
import type { Machine } from '../world/machine.js';
import type { World } from '../world/world.js';
import type { Behaviour } from './behaviour.js';
import { Pipe } from './pipe.js';
import type { Run, RunLog } from './run-log.js';

/** How long a worker takes to load its tasks, and to die. */
const START_MS = { low: 20, high: 400 };
const DEATH_MS = 20;
const ABORT_MS = 30;

interface Handed {
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly attempt: number;
  readonly slot: number;
  readonly sequence: number;
  readonly behaviour: Behaviour;
}

/**
 * A worker's process. It takes what its hub hands to it in order, as many at a time as it may, and does what the
 * payload says. It is a process of its own: a paused hub does not stop it, a dead one does, a moment later.
 */
export class SimWorker implements WorkerHandle {
  readonly pid = undefined;
  readonly silentMs = 0;
  private readonly inbox: Handed[] = [];
  private collected: Handed[] = [];
  private readonly running = new Map<Run, { readonly task: Handed; readonly cancel: () => void }>();
  /** Number of the next task to claim. */
  private claimed = 0;
  private isOver = false;
  private readonly toWorker: Pipe;
  /** What its main thread says, and what the thread beside it says. */
  private readonly fromMain: Pipe;
  private readonly fromWatch: Pipe;
  private readonly outcomes = new OutcomeWriter();
  private readonly starts = new StartedWriter();

  constructor(
    private readonly world: World,
    private readonly hub: Machine,
    private readonly chance: Chance,
    private readonly options: WorkerOptions,
    private readonly listener: WorkerListener,
    private readonly runs: RunLog,
    tasks: readonly string[],
  ) {
    this.toWorker = new Pipe(world, chance);
    this.fromMain = new Pipe(world, chance);
    this.fromWatch = new Pipe(world, chance);
    const loaded = tasks.map((name) => ({ name, file: `${name}.js`, fingerprint: name, isolation: {} }));
    world.after(chance.between(START_MS.low, START_MS.high), '', () =>
      this.say(() => listener.onReady(loaded, [])),
    );
  }

  get isAlive(): boolean {
    return !this.isOver;
  }

  beat(): void {
    // It always answers: a process that does not is the business of the hub's own specs.
  }

  hand(task: HeldTask, idView: DataView, idOffset: number): void {
    const { buffer, offset, length } = task.payload;
    const text = Buffer.from(buffer.subarray(offset, offset + length)).toString();
    const bytes = new Uint8Array(idView.buffer, idView.byteOffset, idView.byteLength);
    const { epoch, attempt, slot, sequence } = task;
    const behaviour = JSON.parse(text) as Behaviour;
    this.collected.push({ taskId: readTaskId(bytes, idOffset), epoch, attempt, slot, sequence, behaviour });
  }

  flush(): void {
    const { collected } = this;
    this.collected = [];
    this.toWorker.send(() => {
      this.inbox.push(...collected);
      this.claim();
    });
  }

  /** What is unclaimed goes back. The thread beside the handler sees to it, so it may overtake what was handed. */
  recall(handedCount: number): void {
    this.world.after(this.chance.between(0, 2), '', () => {
      if (this.isOver) return;
      const from = this.claimed;
      this.claimed = handedCount;
      this.fromWatch.send(() => this.say(() => this.listener.onRecalled(from)));
    });
  }

  abort({ taskId, epoch, attempt }: HubLease): void {
    this.toWorker.send(() => {
      for (const [run, { task, cancel }] of this.running) {
        const isIt = task.taskId === taskId && task.epoch === epoch && task.attempt === attempt;
        if (!isIt || task.behaviour.kind === 'deaf') continue;
        cancel();
        const again = this.world.after(this.chance.between(0, ABORT_MS), '', () =>
          this.end(run, 'cancelled'),
        );
        this.running.set(run, { task, cancel: again });
      }
    });
  }

  stop(): void {
    this.toWorker.send(() => this.die('exit code 0'));
  }

  kill(): void {
    this.world.after(this.chance.between(0, DEATH_MS), '', () => this.die('signal SIGKILL'));
  }

  /** The process is no more, for whatever reason. What it had said before is still heard. */
  die(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const { cancel } of this.running.values()) cancel();
    this.fromMain.send(() =>
      this.fromWatch.send(() =>
        this.hub.run(() => this.listener.onGone({ reason, importing: undefined, isKilled: false })),
      ),
    );
  }

  private say(what: () => void): void {
    this.hub.run(what);
  }

  private claim(): void {
    while (!this.isOver && this.running.size < this.options.start.concurrency) {
      const task = this.inbox.shift();
      if (task === undefined) return;
      // It was taken back while it lay here.
      if (task.sequence < this.claimed) continue;
      this.claimed = task.sequence + 1;
      this.begin(task);
    }
  }

  private begin(task: Handed): void {
    const { taskId, epoch, attempt, behaviour } = task;
    const { worker } = this.options.start;
    const run = this.runs.begin(taskId, epoch, attempt, `${this.hub.name}/${worker}`);
    const cancel = this.world.after(behaviour.ms, '', () => this.act(run, behaviour));
    this.running.set(run, { task, cancel });
    if (this.chance.happens(0.6)) {
      this.starts.add(idView(taskId), 0, task, worker);
      const frames = take(this.starts);
      this.fromMain.send(() => this.say(() => this.listener.onStarted(frames)));
    } else if (this.chance.happens(0.5)) {
      const { claimed } = this;
      this.fromWatch.send(() => this.say(() => this.listener.onClaimed(claimed)));
    }
  }

  private act(run: Run, { kind }: Behaviour): void {
    if (kind === 'ok') this.end(run, 'done');
    else if (kind === 'fail') this.end(run, 'failed');
    else if (kind === 'crash') this.die('signal SIGSEGV');
  }

  private end(run: Run, how: 'done' | 'failed' | 'cancelled'): void {
    const present = this.running.get(run);
    if (this.isOver || present === undefined) return;
    this.running.delete(run);
    run.ended = how;
    const { task } = present;
    this.outcomes.add(idView(task.taskId), 0, task, outcomeOf(run, how, this.options.start.worker));
    const frames = take(this.outcomes);
    this.fromMain.send(() => this.say(() => this.listener.onOutcomes(frames)));
    this.claim();
  }
}

function outcomeOf({ number }: Run, how: 'done' | 'failed' | 'cancelled', worker: string): OutcomeRecord {
  const value = how === 'done' ? { run: number } : { name: 'SimError', message: `run ${number}` };
  const buffer = Buffer.from(JSON.stringify(value));
  return {
    status: OutcomeStatus[how],
    contentType: ContentType.json,
    worker,
    runMs: 1,
    payload: how === 'cancelled' ? EMPTY : { buffer, offset: 0, length: buffer.byteLength },
  };
}

/** The message that a writer holds. Between processes a batch has no session. */
function take(writer: BatchWriter): readonly Uint8Array[] {
  return writer.take({ epoch: 0, number: 0 }) ?? [];
}

function idView(taskId: TaskId): DataView {
  const bytes = new Uint8Array(16);
  writeTaskId(taskId, bytes, 0);
  return viewOf(bytes);
}
