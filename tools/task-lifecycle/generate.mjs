// Writes docs/task-lifecycle.md: the states of a task and what leads from one to another, from the scheduler's own table. With
// --check it writes nothing and fails when the file is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDead, isFinal, transitions } from '@penstock/scheduler';
import { format, resolveConfig } from 'prettier';

const file = fileURLToPath(new URL('../../docs/task-lifecycle.md', import.meta.url));

const states = {
  queued: 'It stands in one lane, and goes to a worker when its turn has come.',
  delayed: 'It is held back until its time (`delayMs`, `runAt`) or the end of its back-off.',
  running: 'It is leased to one group of workers of one hub, from its dispatch on.',
  done: 'Its handler gave a result.',
  failed: 'It has failed, and is not tried again.',
  cancelled: 'Somebody asked for it, or its hub had to end it.',
  expired: 'Its time in the queue, or from submission to end, was over.',
};

const rerun = 'it is run again';
const reasons = {
  'queued → running': 'a worker has room for it, and it is its turn',
  'queued → cancelled': 'a cancel',
  'queued → expired': 'its time in the queue, or its deadline',
  'delayed → queued': 'its time has come',
  'delayed → cancelled': 'a cancel',
  'delayed → expired': 'its time in the queue after an attempt that failed, or its deadline',
  'running → queued':
    'the attempt was given back or lost with its worker or hub; or failed, and is tried again at once',
  'running → delayed': 'the attempt failed, and is tried again after its back-off',
  'running → done': 'the handler gave a result',
  'running → failed':
    'the attempt failed and no other may follow; or was lost, and the task may start only once or is quarantined',
  'running → cancelled': 'a cancel, once its hub has ended it',
  'running → expired': 'its deadline, once its hub has ended it; or it came back after its time in the queue',
  'failed → queued': rerun,
  'failed → delayed': `${rerun} under a rule that holds it back`,
  'cancelled → queued': rerun,
  'cancelled → delayed': `${rerun} under a rule that holds it back`,
  'expired → queued': rerun,
  'expired → delayed': `${rerun} under a rule that holds it back`,
};

const table = Object.entries(transitions).flatMap(([from, next]) => next.map((to) => ({ from, to })));
const ways = new Map(table.map(({ from, to }) => [`${from} → ${to}`, { from, to }]));
mustBeSame('states', Object.keys(transitions), Object.keys(states));
mustBeSame('transitions', [...ways.keys()], Object.keys(reasons));

function mustBeSame(what, inTable, inWords) {
  const missing = inTable.filter((name) => !inWords.includes(name));
  const surplus = inWords.filter((name) => !inTable.includes(name));
  if (missing.length + surplus.length === 0) return;
  throw new Error(
    `The ${what} have changed: tools/task-lifecycle/generate.mjs says nothing of ${missing.join(', ') || 'none'}, and too much of ${surplus.join(', ') || 'none'}.`,
  );
}

function kindOf(state) {
  if (!isFinal(state)) return 'alive';
  return isDead(state) ? 'dead: it can be run again' : 'final';
}

/** The ways of a task by itself; that any dead one can be run again would only be in the way of seeing them. */
function diagram() {
  return [
    'stateDiagram-v2',
    '  [*] --> queued',
    '  [*] --> delayed',
    ...table.filter(({ from }) => !isDead(from)).map(({ from, to }) => `  ${from} --> ${to}`),
    '  done --> [*]',
  ].join('\n');
}

const text = `<!-- Generated from libs/scheduler/src/task.ts by tools/task-lifecycle; not to be edited. -->

# A task's life

A task is \`queued\` when it is handed in, or \`delayed\` if it is not to run yet. What is promised of each way is in
[guarantees.md](guarantees.md).

\`\`\`mermaid
${diagram()}
\`\`\`

| state | | |
| --- | --- | --- |
${Object.entries(states)
  .map(([state, meaning]) => `| \`${state}\` | ${kindOf(state)} | ${meaning} |`)
  .join('\n')}

| from | to | when |
| --- | --- | --- |
${[...ways].map(([way, { from, to }]) => `| \`${from}\` | \`${to}\` | ${reasons[way]} |`).join('\n')}

There is no other way: any other change is a bug, and throws.
`;

const formatted = await format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
if (!process.argv.includes('--check')) writeFileSync(file, formatted);
else if (readFileSync(file, 'utf8') !== formatted) {
  process.stderr.write(
    'docs/task-lifecycle.md is not what the table of states says: run `pnpm run docs:generate`.\n',
  );
  process.exitCode = 1;
}
