import { randomInt } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from './ledger/ledger.js';
import { readOptions, usage, type ChaosOptions } from './options.js';
import { evidence, isGood, jsonLine, table } from './report.js';
import { runChaos } from './run.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

function optionsOrExit(): ChaosOptions {
  try {
    return readOptions(process.argv.slice(2), () => randomInt(1_000_000_000));
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

const options = optionsOrExit();
const startedAt = Date.now();

/** One line that is written over, for who sits at a terminal. */
function onProgress(phase: string, { entries }: Ledger): void {
  if (!process.stderr.isTTY) return;
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  process.stderr.write(`\r\u001b[K${seconds} s: ${phase}, ${entries.size} tasks handed in`);
}

console.error(`chaos with seed ${options.seed} for ${options.seconds} s: ${options.kinds.join(', ')}`);
if (options.fullDisk && process.getuid?.() !== 0)
  console.error('The disk is never full in this run: only root can mount the small one that is filled.');
const outcome = await runChaos(options, onProgress, stop.signal);
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
console.log(options.json ? jsonLine(options, outcome) : table(options, outcome));
if (!isGood(outcome)) {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-chaos-log-'));
  writeFileSync(join(folder, 'log'), outcome.log);
  console.error(
    `${evidence(outcome)}\n\nThe log of all processes is ${join(folder, 'log')}. Seed ${options.seed}.`,
  );
  process.exitCode = 1;
}
