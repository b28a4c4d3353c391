// Prints "N passed, N failed" from vitest's own reports, and fails if anything has.
//
//   node closing-line.mjs <a run's JSON report> <its exit code> [<the next one's report> <its exit code> …]
import { existsSync, readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
const runs = process.argv.slice(2);
while (runs.length > 0) {
  const [report, exitCode] = runs.splice(0, 2);
  const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  const failedTests = results?.numFailedTests ?? 0;
  passed += results?.numPassedTests ?? 0;
  // A check before the tests, a file that does not load, a failed set-up: no test of its own, and yet one failure.
  failed += failedTests === 0 && exitCode !== '0' ? 1 : failedTests;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
