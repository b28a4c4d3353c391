import type { RunReport } from './run.js';

/** The line of `npm run sim -- --json`. */
export interface TallyLine {
  readonly seeds: number;
  readonly events: number;
  readonly violations: number;
  readonly tasks: number;
  readonly acknowledged: number;
  readonly runs: number;
  /** Times that a handler ran for a task whose handler had run before: allowed, and told. */
  readonly ranAgain: number;
  readonly faults: number;
  readonly simulatedHours: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** The seeds of the violations, with the rule that each broke. */
  readonly failed: readonly { readonly seed: number; readonly rule: string; readonly message: string }[];
}

/** Adds up what runs have told. */
export class Tally {
  private readonly sums = { seeds: 0, events: 0, tasks: 0, acknowledged: 0, runs: 0, ranAgain: 0, faults: 0 };
  private readonly failed: TallyLine['failed'][number][] = [];
  private simulatedMs = 0;

  add(report: RunReport): void {
    const { sums } = this;
    sums.seeds += 1;
    sums.events += report.events;
    sums.tasks += report.tasks;
    sums.acknowledged += report.acknowledged;
    sums.runs += report.runs;
    sums.ranAgain += report.repeats;
    sums.faults += report.faults;
    this.simulatedMs += report.simulatedMs;
    const { seed, finding } = report;
    if (finding !== undefined) this.failed.push({ seed, rule: finding.rule, message: finding.message });
  }

  /** @param seconds that all of it took */
  line(seconds: number): TallyLine {
    const { seeds, events, ...rest } = this.sums;
    return {
      seeds,
      events,
      violations: this.failed.length,
      ...rest,
      simulatedHours: Math.round(this.simulatedMs / 36_000) / 100,
      seconds: Math.round(seconds * 10) / 10,
      eventsPerSecond: Math.round(events / seconds),
      failed: this.failed.toSorted((a, b) => a.seed - b.seed),
    };
  }
}
