import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readOrExit } from '../read-or-exit.js';
import { figure } from '../report.js';
import { plot } from './plot.js';
import type { Sample } from './sample.js';
import { soak } from './soak.js';
import { trendsOf, type Trend } from './verdict.js';

const usage = 'usage: npm run soak -- [--minutes N] [--json] [--plot FILE.svg]';
const { values, minutes } = readOrExit(usage, () => {
  const parsed = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
      plot: { type: 'string', default: 'soak.svg' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const wanted = Number(parsed.values.minutes);
  if (!(wanted > 0))
    throw new Error(`--minutes is a number above 0, not ${JSON.stringify(parsed.values.minutes)}`);
  return { values: parsed.values, minutes: wanted };
});

await run();

async function run(): Promise<void> {
  const samples: Sample[] = [];
  for await (const sample of soak(minutes)) {
    samples.push(sample);
    console.log(values.json ? JSON.stringify({ soak: 'sample', ...sample }) : rowOf(sample));
  }
  const trends = trendsOf(samples);
  for (const trend of trends) {
    console.log(values.json ? JSON.stringify({ soak: 'trend', ...trend }) : verdictOf(trend));
  }
  await writeFile(values.plot, draw(samples));
  if (trends.some(({ isTooMuch }) => isTooMuch)) process.exitCode = 1;
}

function rowOf({ minutes: at, processes, loopDelayMs, latencyMs, tasks }: Sample): string {
  const { residentMiB = 0, openFiles = 0 } = processes['balancer'] ?? {};
  return [
    `${at.toFixed(1)} min`,
    `${tasks} tasks`,
    `balancer ${figure(residentMiB)} MiB, ${openFiles} files, loop ${figure(loopDelayMs)} ms`,
    `latency ${figure(latencyMs.p50)} / ${figure(latencyMs.p99)} ms`,
  ].join('   ');
}

function verdictOf({ process: name, figure: what, floors, perMinute, growth, isTooMuch }: Trend): string {
  return `${name} ${what}: from ${floors.map(figure).join(' to ')}, ${figure(perMinute)} per minute, ${figure(growth)} in all${isTooMuch ? '  TOO MUCH' : ''}`;
}

function draw(samples: readonly Sample[]): string {
  const names = Object.keys(samples.at(-1)?.processes ?? {}).filter((name) => !name.startsWith('worker'));
  const lines = (pick: (sample: Sample, name: string) => number) =>
    names.map((name) => ({ name, values: samples.map((sample) => pick(sample, name)) }));
  return plot(
    'Soak',
    samples.map(({ minutes: at }) => at),
    [
      { title: 'resident MiB', lines: lines(({ processes }, name) => processes[name]?.residentMiB ?? 0) },
      { title: 'open files', lines: lines(({ processes }, name) => processes[name]?.openFiles ?? 0) },
      {
        title: 'loop delay of the balancer, ms',
        lines: [{ name: 'p99', values: samples.map(({ loopDelayMs }) => loopDelayMs) }],
      },
      {
        title: 'latency of a task, ms',
        lines: (['p50', 'p99'] as const).map((name) => ({
          name,
          values: samples.map(({ latencyMs }) => latencyMs[name] || 0),
        })),
      },
    ],
  );
}
