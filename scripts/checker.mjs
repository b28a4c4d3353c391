// Holds Penstock against docs/guarantees.md: `npm run checker -- --seconds 300 --seed 7`. The checker is a program in
// Python that was made from that page alone, so that it shares no mistake with what it checks.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { run } from './setup/run.mjs';

const recent = ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'];
if (spawnSync('python3', recent, { stdio: 'ignore' }).status !== 0) {
  console.error(
    'The checker needs Python 3.9 or newer, which must be found as python3: install it and try again. ' +
      'Nothing else of Penstock needs it.',
  );
  process.exit(3);
}
const { exitCode } = await run('python3', [
  '-B',
  join('e2e', 'checker', 'checker.py'),
  '--node',
  process.execPath,
  ...process.argv.slice(2),
]);
process.exitCode = exitCode;
