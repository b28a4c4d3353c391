import type { HealthVerdict } from '@penstock/protocol';
import type { Clock } from '@penstock/runtime';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { HealthLog } from './health-log.js';
import type { BalancerPort } from './probes/balancer-port.js';
import type { HubPorts } from './probes/hub-ports.js';
import { blank, judge, type Judgement, type Memory } from './verdict/judge.js';
import type { Down, JudgeSettings, Observation } from './verdict/observation.js';
import type { WarningChanges } from './verdict/warnings.js';

/** How often, and what is judged how. */
export interface RoundSettings {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly judge: JudgeSettings;
}

/** Rounds that were run, and hubs that were given up in them. */
export interface RoundCounts {
  rounds: number;
  downs: number;
}

/** Probes everything, judges, gives up what is dead, and does so again; one round at a time. */
export class Rounds {
  readonly counts: RoundCounts = { rounds: 0, downs: 0 };
  private readonly subject: BehaviorSubject<HealthVerdict>;
  private memory: Memory;
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private isStopped = false;

  /** @param onChanges told of warnings that began or ended */
  constructor(
    private readonly balancer: BalancerPort,
    private readonly hubs: HubPorts,
    private readonly settings: RoundSettings,
    private readonly clock: Clock,
    private readonly log: HealthLog,
    private readonly onChanges: (changes: WarningChanges) => void,
  ) {
    const wallMs = clock.wallMs();
    this.memory = blank(wallMs);
    const { state, message, since } = this.memory.balancer;
    this.subject = new BehaviorSubject<HealthVerdict>({
      status: 'ok',
      checkedAt: wallMs,
      components: [{ kind: 'balancer', name: 'balancer', state, message, since }],
      warnings: [],
    });
  }

  /** What the last round found. */
  get verdict(): HealthVerdict {
    return this.subject.value;
  }

  /** The verdict of each round, the last one at once. */
  get verdicts(): Observable<HealthVerdict> {
    return this.subject;
  }

  start(): void {
    this.next(this.clock.monotonicMs());
  }

  /** Ends for good; the round under way is waited for, and nothing comes of it. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.balancer.close();
    this.hubs.close();
    await this.current;
    this.subject.complete();
  }

  private next(dueAt: number): void {
    this.timer = setTimeout(
      () => {
        this.current = this.round(dueAt).then(() => {
          if (this.isStopped) return;
          // A round that took longer than the interval is followed at once, and not by several.
          this.next(Math.max(dueAt + this.settings.intervalMs, this.clock.monotonicMs()));
        });
      },
      Math.max(0, dueAt - this.clock.monotonicMs()),
    );
  }

  private async round(dueAt: number): Promise<void> {
    const observation = await this.observe(dueAt);
    if (this.isStopped) return;
    const before = this.memory;
    const judgement = judge(before, observation, this.settings.judge);
    this.memory = judgement.memory;
    this.counts.rounds += 1;
    this.log.judged(before, judgement);
    this.subject.next(judgement.verdict);
    this.onChanges(judgement.changes);
    await this.act(judgement);
  }

  private async observe(dueAt: number): Promise<Observation> {
    const { intervalMs, timeoutMs } = this.settings;
    const startedAt = this.clock.monotonicMs();
    // The hubs that are known are probed whether or not the balancer answers; new ones in the next round.
    const known = [...this.memory.hubs.values()].map(({ view }) => view);
    const [report, probes] = await Promise.all([this.balancer.report(), this.hubs.probe(known)]);
    const tookMs = this.clock.monotonicMs() - startedAt;
    return {
      now: startedAt,
      wallMs: this.clock.wallMs(),
      // Stopped, or asleep with its machine, or starved: whoever answered meanwhile was not heard.
      isLate: startedAt - dueAt > intervalMs || tookMs > timeoutMs + intervalMs,
      balancer: report,
      probes,
    };
  }

  private async act({ downs }: Judgement): Promise<void> {
    await Promise.all(downs.map((down) => this.down(down)));
  }

  private async down(down: Down): Promise<void> {
    try {
      if (!(await this.balancer.down(down))) return;
      this.counts.downs += 1;
      this.log.downed(down);
    } catch {
      // The next round tries again.
      if (!this.isStopped) this.log.downFailed(down);
    }
  }
}
