import { parseArgs } from 'node:util';
import { dispatch } from './dispatch/dispatch.js';
import { e2e } from './e2e/e2e.js';
import { journal } from './journal/journal.js';
import { memory } from './memory/memory.js';
import { recovery } from './recovery/recovery.js';
import { jsonLine, tableRow } from './report.js';
import type { Benchmark } from './result.js';

/** Every benchmark by the name under which it is called. */
const benchmarks: Readonly<Record<string, Benchmark>> = { dispatch, e2e, journal, recovery, memory };

const names = Object.keys(benchmarks).join(', ');
const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [name = ''] = positionals;
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;

if (benchmark === undefined || positionals.length > 1) {
  console.error(`usage: npm run bench -- <name> [--json], where <name> is one of: ${names}`);
  process.exitCode = 2;
} else {
  if (!values.json) console.log(`${name}: median, min to max, ratio (see bench/README.md)`);
  for await (const result of benchmark()) {
    console.log(values.json ? jsonLine(name, result) : tableRow(result));
  }
}
