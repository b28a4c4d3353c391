import type { RunReport, TallyLine } from '@penstock/simulation';

/** What a seed stands for, in a few lines. */
export function renderScenario({ seed, scenario, hash, events, simulatedMs }: RunReport): string[] {
  const { clients, hubs, durationMs, network, mix, faults } = scenario;
  const list = (entries: object): string => {
    const text = Object.entries(entries).map(([name, value]) => `${name} ${value}`);
    return text.length === 0 ? 'none' : text.join(', ');
  };
  return [
    `seed ${seed}: ${clients.length} clients, ${hubs.length} hubs, ${durationMs / 1_000} s of load, ` +
      `frames take about ${network.delayMs} + ${network.jitterMs} ms`,
    `handlers, in shares: ${list(mix)}`,
    `faults, each every so many ms: ${list(faults)}`,
    `${events} events in ${(simulatedMs / 1_000).toFixed(1)} simulated s, trace ${hash}`,
  ];
}

/** What a run has found, with the latest of what went before. */
export function renderFinding(report: RunReport, steps: number): string[] {
  const { finding } = report;
  if (finding === undefined) return [];
  const { rule, message, atMs, lines, stack } = finding;
  return [
    '',
    ...renderScenario(report),
    ...(steps === 0 ? [] : lines.slice(-steps)),
    `seed ${report.seed} broke "${rule}" after ${(atMs / 1_000).toFixed(4)} s: ${message}`,
    ...stack.split('\n').slice(1, 6),
    `To see all of it: penstock sim --seed ${report.seed} --trace`,
  ];
}

/** All runs in one line. */
export function renderTally(tally: TallyLine): string {
  const { seeds, violations, events, tasks, acknowledged, runs, ranAgain, faults, simulatedHours, seconds } =
    tally;
  return (
    `${seeds} seeds, ${violations} violations: ${tasks} tasks, ${acknowledged} acknowledged, ${runs} runs ` +
    `(${ranAgain} of them again), ${faults} faults, ${events} events, ${simulatedHours} simulated hours in ${seconds} s`
  );
}
