import { parseArgs } from 'node:util';
import { curve } from './curve/curve.js';
import { dispatch } from './dispatch/dispatch.js';
import { e2e } from './e2e/e2e.js';
import { journal } from './journal/journal.js';
import { memory } from './memory/memory.js';
import { recovery } from './recovery/recovery.js';
import { readOrExit } from './read-or-exit.js';
import { jsonLine, tableRow } from './report.js';
import type { Benchmark } from './result.js';

/** Every benchmark by the name under which it is called. */
const benchmarks: Readonly<Record<string, Benchmark>> = {
  dispatch,
  e2e,
  curve,
  journal,
  recovery,
  memory,
};

const names = Object.keys(benchmarks).join(', ');
const usage = `usage: npm run bench -- <name> [--json], where <name> is one of: ${names}`;
const { values, benchmark, name } = readOrExit(usage, () => {
  const { values: flags, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const [called = '', ...others] = positionals;
  const found = Object.hasOwn(benchmarks, called) ? benchmarks[called] : undefined;
  if (flags.help !== true && (found === undefined || others.length > 0)) {
    throw new Error(`there is no benchmark ${JSON.stringify(positionals.join(' '))}`);
  }
  return { values: flags, benchmark: found, name: called };
});

if (benchmark !== undefined) {
  if (!values.json) console.log(`${name}: median, min to max, ratio (see bench/README.md)`);
  for await (const result of benchmark()) {
    console.log(values.json ? jsonLine(name, result) : tableRow(result));
  }
}
