// Storms of arbitrary and spoiled frames on every port, for as long as one likes: `npm run fuzz -- --minutes N`. Each storm
// prints its seed; `--seed S` is the same storm again. `npm test` has the same storms for a few seconds each.
import { parseArgs } from 'node:util';
import { run } from './setup/run.mjs';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: '' } },
});
if (!(Number(values.minutes) > 0)) {
  console.error('usage: npm run fuzz -- [--minutes N] [--seed S]');
  process.exit(2);
}
const env = { ...process.env, FUZZ_MINUTES: values.minutes, FUZZ_SEED: values.seed };
const { exitCode } = await run('vitest', ['run', '--project', 'balancer', '--project', 'hub', 'storm'], {
  env,
});
process.exitCode = exitCode;
