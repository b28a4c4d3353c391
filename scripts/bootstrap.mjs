// Takes a fresh clone to a running task, with nothing but Node.js 20 and npm on the machine:
// installs and builds what is not there yet, then runs the task on the workspace's Node.js.
//
//   node scripts/bootstrap.mjs start|demo|test|test:browser|e2e:compose|bench|sim|chaos|checker|soak|fuzz|setup [arguments of the task]
//
// All it says goes to stderr: the standard output belongs to the task.
import { join } from 'node:path';
import { build } from './setup/build.mjs';
import { install } from './setup/install.mjs';
import { findNode } from './setup/node.mjs';
import { StepFailed, run } from './setup/run.mjs';
import { root } from './setup/workspace.mjs';

const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const cli = join('apps', 'cli', 'dist', 'main.js');

/** The command line of each task, but for Node.js itself. */
const tasks = {
  setup: undefined,
  start: [cli, 'up'],
  demo: [cli, 'demo'],
  test: [join('scripts', 'test.mjs')],
  'test:browser': [vitest, 'run', '--config', 'vitest.browser.config.ts'],
  'e2e:compose': [vitest, 'run', '--config', 'vitest.compose.config.ts'],
  bench: [join('bench', 'dist', 'main.js')],
  sim: [cli, 'sim'],
  chaos: [join('e2e', 'dist', 'chaos', 'main.js')],
  checker: [join('scripts', 'checker.mjs')],
  soak: [join('bench', 'dist', 'soak', 'main.js')],
  fuzz: [join('scripts', 'fuzz.mjs')],
};

const [task, ...args] = process.argv.slice(2);

try {
  if (!Object.hasOwn(tasks, task ?? '')) {
    throw new StepFailed(`Say what to run: ${Object.keys(tasks).join(', ')}.`, 2);
  }
  await install();
  const node = findNode();
  console.error(
    `Running on Node.js ${node.version}${node.path.startsWith(root) ? ' of the workspace' : ''}.`,
  );
  await build();
  const command = tasks[task];
  if (command !== undefined) {
    const { exitCode } = await run(node.path, [...command, ...args]);
    process.exitCode = exitCode;
  }
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  if (error.message !== '') console.error(error.message);
  process.exitCode = error.exitCode;
}
