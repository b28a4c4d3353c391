// All that must hold of a commit, in the order in which it is cheap to know. Every check runs, so that one run tells
// all; the tests come last, so that their summary is what one reads. Arguments go to vitest.
import { run } from './setup/run.mjs';
import { turboEnvironment } from './setup/workspace.mjs';

const checks = ['format:check', 'lint', 'boundaries', 'types'];

const failed = [];
for (const check of checks) {
  console.log(`\n--- ${check}`);
  const { exitCode, signal } = await run('pnpm', ['run', '--silent', check], { env: turboEnvironment });
  if (signal !== undefined) process.exit(exitCode || 1);
  if (exitCode !== 0) failed.push(check);
}

console.log('\n--- tests');
const { exitCode } = await run('vitest', ['run', ...process.argv.slice(2)]);
process.exitCode = exitCode;
if (failed.length > 0) {
  console.error(`Failed before the tests, see above: ${failed.join(', ')}.`);
  process.exitCode ||= 1;
}
