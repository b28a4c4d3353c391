// Prints "N passed, N failed" from vitest's own report, and fails if anything has.
//
//   node closing-line.mjs <vitest's JSON report> <exit code of the run>
import { existsSync, readFileSync } from 'node:fs';

const [report, exitCode] = process.argv.slice(2);
const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
const passed = results?.numPassedTests ?? 0;
const failedTests = results?.numFailedTests ?? 0;
// A check before the tests, a file that does not load, a failed set-up: no test of its own, and yet one failure.
const failed = failedTests === 0 && exitCode !== '0' ? 1 : failedTests;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
