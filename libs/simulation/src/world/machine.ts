import type { Clock, Timers } from '@penstock/runtime';
import type { Chance } from './chance.js';
import type { World } from './world.js';

/** The wall clock when a simulation begins. */
const EPOCH_MS = 1_790_000_000_000;
/** How long an event loop may take to come round, and how late a timer may be. */
const LOOP_MS = 0.3;
const LATE_MS = 2;

interface Call {
  readonly isTimer: boolean;
  readonly run: () => void;
  isCancelled: boolean;
}

/**
 * One life of a process: its clocks, its timers, and what reaches it. It may be paused, as by SIGSTOP: then its clocks
 * go on and whatever would have happened in it piles up; or killed: then nothing happens in it ever again.
 */
export class Machine {
  readonly clock: Clock;
  readonly timers: Timers;
  private state: 'running' | 'paused' | 'dead' = 'running';
  private backlog: Call[] = [];
  private isCatchingUp = false;
  private wallStepMs = 0;
  private runningSince: number;
  private readonly chance: Chance;

  constructor(
    private readonly world: World,
    /** Of its process, with the number of its life. */
    readonly name: string,
  ) {
    this.runningSince = world.now;
    this.chance = world.chance.split(`machine ${name}`);
    // A monotonic clock begins anywhere, and differs from machine to machine.
    const offsetMs = Math.floor(this.chance.between(1_000, 1_000_000_000));
    this.clock = {
      monotonicMs: () => offsetMs + world.now,
      wallMs: () => EPOCH_MS + Math.floor(world.now) + this.wallStepMs,
    };
    this.timers = {
      soon: (callback) => void this.callLater(this.chance.between(0, LOOP_MS), callback),
      after: (ms, callback) => this.callLater(Math.max(1, ms) + this.chance.between(0, LATE_MS), callback),
    };
  }

  get isDead(): boolean {
    return this.state === 'dead';
  }

  get isRunning(): boolean {
    return this.state === 'running';
  }

  /** How long it has run without a pause. */
  get runningForMs(): number {
    return this.state === 'running' ? this.world.now - this.runningSince : 0;
  }

  /** Lets something happen in this process: now, or once it runs again. */
  run(callback: () => void): void {
    this.call({ isTimer: false, run: callback, isCancelled: false });
  }

  pause(): void {
    if (this.state === 'running') this.state = 'paused';
  }

  /** Goes on with what has piled up: timers first or messages first or as it came, which nobody can rely on. */
  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'running';
    this.runningSince = this.world.now;
    const timers = this.backlog.filter(({ isTimer }) => isTimer);
    const messages = this.backlog.filter(({ isTimer }) => !isTimer);
    this.backlog = this.chance.pick([this.backlog, [...timers, ...messages], [...messages, ...timers]]);
    this.catchUp();
  }

  kill(): void {
    this.state = 'dead';
    this.backlog = [];
  }

  /** Whether somebody has set its wall clock. */
  get wasSet(): boolean {
    return this.wallStepMs !== 0;
  }

  /** Somebody sets the wall clock. */
  stepWall(ms: number): void {
    this.wallStepMs += ms;
  }

  private callLater(ms: number, run: () => void): () => void {
    const call = { isTimer: true, run, isCancelled: false };
    const cancel = this.world.after(ms, '', () => this.call(call));
    return () => {
      call.isCancelled = true;
      cancel();
    };
  }

  private call(call: Call): void {
    if (this.state === 'dead') return;
    if (this.state === 'paused' || this.backlog.length > 0) this.backlog.push(call);
    else if (!call.isCancelled) call.run();
  }

  private catchUp(): void {
    if (this.isCatchingUp || this.backlog.length === 0) return;
    this.isCatchingUp = true;
    this.world.after(this.chance.between(0, LOOP_MS), '', () => {
      this.isCatchingUp = false;
      if (this.state !== 'running') return;
      const call = this.backlog.shift();
      if (call?.isCancelled === false) call.run();
      this.catchUp();
    });
  }
}
