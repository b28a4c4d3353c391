import { replay, runSeed, runSeeds, Tally, type RunReport } from '@penstock/simulation';
import { Command, InvalidArgumentError } from 'commander';
import { open } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { stoppable } from '../stop.js';
import { renderFinding, renderScenario, renderTally } from '../views/simulation.js';

interface SimOptions {
  readonly seed?: number;
  readonly seeds: number;
  readonly from: number;
  readonly jobs?: number;
  readonly steps: number;
  readonly trace: boolean;
  readonly replay?: string;
  readonly json: boolean;
}

/** `penstock sim`: a whole cluster in one process, with faults that a seed decides. */
export function simCommand(host: Host): Command {
  return new Command('sim')
    .description('Simulate clusters with faults, and check every promise of Penstock after each event.')
    .option('--seed <number>', 'run this seed alone', wholeNumber)
    .option('--seeds <count>', 'run so many seeds', wholeNumber, 100)
    .option('--from <number>', 'the first of them', wholeNumber, 1)
    .option('--jobs <count>', 'threads (default: one per processor)', wholeNumber)
    .option('--steps <count>', 'of what was found, print so many of the last steps', wholeNumber, 40)
    .option('--trace', 'print every step; with --seed', false)
    .option('--replay <file>', 'no seeds: replay what a balancer has recorded (LB_RECORD)')
    .option('--json', 'print one line of JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  penstock sim --seeds 500 --json
  penstock sim --seed 42 --trace
  penstock sim --replay record.jsonl`,
    )
    .action((options: SimOptions) =>
      options.replay === undefined ? simulate(host, options) : replayFile(host, options.replay, options.json),
    );
}

async function simulate(host: Host, options: SimOptions): Promise<void> {
  const { seed, seeds, json } = options;
  const startedAt = performance.now();
  const tally = new Tally();
  const onReport = (report: RunReport): void => {
    tally.add(report);
    if (report.finding === undefined || json) return;
    for (const line of renderFinding(report, options.steps)) host.output.print(line);
  };
  if (seed === undefined) await stoppable((signal) => runRange(host, options, onReport, signal));
  else await runOne(host, seed, options, onReport);
  const line = tally.line((performance.now() - startedAt) / 1_000);
  if (json) host.output.print(JSON.stringify(line));
  else host.output.print(renderTally(line));
  if (line.violations > 0) {
    throw new CommandError(`${line.violations} of ${line.seeds} seeds broke a promise of Penstock`);
  }
  if (seed === undefined && line.seeds < seeds) {
    throw new CommandError(`stopped: ${line.seeds} of ${seeds} seeds were run`, ExitCode.interrupted);
  }
}

async function replayFile({ output }: Host, path: string, json: boolean): Promise<void> {
  const file = await open(path).catch((error: unknown) => {
    throw new CommandError(`The record cannot be read: ${(error as Error).message}`);
  });
  const report = await replay(file.readLines());
  const { events, finding } = report;
  if (json) output.print(JSON.stringify(report));
  else output.print(`${events} events were replayed.`);
  if (finding !== undefined) throw new CommandError(`Line ${finding.line} of the record: ${finding.message}`);
}

async function runOne(
  { output, notes }: Host,
  seed: number,
  { trace, json }: SimOptions,
  onReport: (report: RunReport) => void,
): Promise<void> {
  const target = json ? notes : output;
  const report = await runSeed(seed, trace ? { onLine: (line) => target.print(line) } : {});
  if (!json) for (const line of renderScenario(report)) output.print(line);
  onReport(report);
}

async function runRange(
  { terminal }: Host,
  { seeds, from, jobs }: SimOptions,
  onReport: (report: RunReport) => void,
  signal: AbortSignal,
): Promise<void> {
  const progress = terminal.progress('seeds', seeds);
  const range = { from, count: seeds, signal, ...(jobs === undefined ? {} : { jobs }) };
  await runSeeds(range, (report) => {
    progress.advance();
    onReport(report);
  });
  progress.end();
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It is a whole number from 0.');
}
