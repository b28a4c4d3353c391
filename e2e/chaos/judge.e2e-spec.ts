import { beforeEach, describe, expect, it } from 'vitest';
import { judge } from './ledger/judge.js';
import { Ledger, type Entry, type Sighting } from './ledger/ledger.js';
import type { Note } from './ledger/notes.js';
import type { TaskPlan } from './load/task-mix.js';

// A checker that finds nothing proves nothing: each of its rules is broken here once, in a ledger made by hand.

const plan: TaskPlan = {
  payload: { ms: 1, fails: 0 },
  userId: 'ada',
  priority: 0,
  rules: { durability: 'disk' },
  durability: 'disk',
  cancelAfterMs: undefined,
};

let ledger: Ledger;
let notes: Map<string, Note[]>;
let now: number;

beforeEach(() => {
  ledger = new Ledger();
  notes = new Map();
  now = Date.now();
});

function acknowledged(
  taskId: string,
  changes: Partial<TaskPlan> = {},
  submitter: Entry['submitter'] = 'http',
) {
  const task = { ...plan, ...changes };
  const entry = ledger.attempted(taskId, task, submitter);
  return ledger.acknowledged(entry, taskId, task.durability);
}

function seen(entry: Entry, state: string, more: Partial<Sighting> = {}): void {
  now += 1;
  ledger.seen(entry, { state, attempt: 1, by: 'http', askedAt: now, seenAt: now, ...more });
}

function noted(taskId: string, run: string, ...whats: Note['what'][]): void {
  const of = whats.map((what) => ({ what, taskId, run, attempt: 1, pid: 1, at: now }));
  notes.set(taskId, [...(notes.get(taskId) ?? []), ...of]);
}

function rules(): string[] {
  return judge(ledger, notes).violations.map(({ rule }) => rule);
}

it('counts a task that nobody looked at for as long as it is kept, and misses it only for a client that waits', () => {
  for (const submitter of ['http', 'program'] as const)
    acknowledged(submitter, {}, submitter).isOverlooked = true;
  expect(judge(ledger, notes)).toMatchObject({ tally: { overlooked: 2, lost: 0 }, violations: [] });
  acknowledged('client', {}, 'client').isOverlooked = true;
  expect(rules()).toEqual(['lost']);
});

it('has nothing to say of a task that ran and is done, whoever looks and however often', () => {
  const entry = acknowledged('a');
  noted('a', 'r1', 'began', 'ended');
  seen(entry, 'running');
  seen(entry, 'done', { run: 'r1' });
  seen(entry, 'done', { run: 'r1', by: 'client' });
  expect(judge(ledger, notes)).toMatchObject({
    tally: {
      attempted: 1,
      acknowledged: 1,
      onDisk: 1,
      finished: 1,
      done: 1,
      lost: 0,
      doubled: 0,
      ranTwice: 0,
    },
    violations: [],
  });
});

describe('a task is lost', () => {
  it('that was on the disk and never ended', () => {
    acknowledged('a');
    expect(rules()).toEqual(['lost']);
  });

  it('that was on the disk and that the balancer did not know, although it came back later', () => {
    const entry = acknowledged('a');
    noted('a', 'r1', 'began', 'ended');
    ledger.unknown(entry, now);
    seen(entry, 'done', { run: 'r1' });
    expect(rules()).toEqual(['lost']);
  });

  it('that the balancer has from a submission after its acknowledgement', () => {
    const entry = acknowledged('a', {}, 'client');
    noted('a', 'r1', 'began', 'ended');
    entry.acceptedAt = now + 10_000;
    seen(entry, 'done', { run: 'r1' });
    expect(rules()).toEqual(['lost']);
  });

  it('whose client stayed and never got its end, at whatever level', () => {
    acknowledged('a', { durability: 'memory' }, 'client');
    expect(rules()).toEqual(['lost']);
  });

  it('but not one that was in the memory alone, and whose client has gone', () => {
    const entry = acknowledged('a', { durability: 'memory' });
    ledger.unknown(entry, now);
    expect(judge(ledger, notes)).toMatchObject({ tally: { goneFromMemory: 1 }, violations: [] });
  });
});

describe('a task is doubled', () => {
  it('that has the results of two runs', () => {
    const entry = acknowledged('a');
    noted('a', 'r1', 'began', 'ended');
    noted('a', 'r2', 'began', 'ended');
    seen(entry, 'done', { run: 'r1' });
    seen(entry, 'done', { run: 'r2' });
    expect(judge(ledger, notes).tally).toMatchObject({ doubled: 1, ranTwice: 1 });
  });

  it('but not one that was in the memory alone, and that its client handed in anew after the balancer had died', () => {
    const entry = acknowledged('a', { durability: 'memory' }, 'client');
    noted('a', 'r1', 'began', 'ended');
    noted('a', 'r2', 'began', 'ended');
    seen(entry, 'done', { run: 'r1' });
    entry.acceptedAt = now + 1;
    seen(entry, 'done', { run: 'r2', by: 'client' });
    expect(rules()).toEqual([]);
    seen(entry, 'done', { run: 'r1' });
    expect(rules()).toEqual(['doubled']);
  });

  it('that runs again after its end', () => {
    const entry = acknowledged('a');
    noted('a', 'r1', 'began', 'ended');
    seen(entry, 'done', { run: 'r1' });
    seen(entry, 'running');
    expect(rules()).toEqual(['doubled']);
  });

  it('but not when an answer was asked for before its end was seen', () => {
    const entry = acknowledged('a');
    noted('a', 'r1', 'began', 'ended');
    seen(entry, 'done', { run: 'r1' });
    seen(entry, 'running', { askedAt: now - 1 });
    expect(rules()).toEqual([]);
  });

  it('that is cancelled and then done', () => {
    const entry = acknowledged('a');
    entry.cancelAskedAt = now;
    noted('a', 'r1', 'began', 'ended');
    seen(entry, 'cancelled');
    seen(entry, 'done', { run: 'r1' });
    expect(rules()).toEqual(['doubled']);
  });

  it('of which two ids were accepted under one idempotency key', () => {
    const keyed = { rules: { durability: 'disk', idempotencyKey: 'k' } } as const;
    for (const taskId of ['a', 'b']) {
      noted(taskId, taskId, 'began', 'ended');
      seen(acknowledged(taskId, keyed), 'done', { run: taskId });
    }
    expect(rules()).toEqual(['doubled']);
  });
});

it('finds a task that may start once and began twice', () => {
  const entry = acknowledged('a', { rules: { durability: 'disk', onWorkerLoss: 'fail' } });
  noted('a', 'r1', 'began');
  noted('a', 'r2', 'began', 'ended');
  seen(entry, 'done', { run: 'r2' });
  expect(rules()).toEqual(['startedAgain']);
});

it.each([
  ['done by a run that no handler ended', 'done', { run: 'r9' }],
  ['cancelled although nobody asked for it', 'cancelled', {}],
  ['expired without a deadline', 'expired', {}],
  ['failed although its handler does not', 'failed', { cause: 'failed' }],
] as const)('finds a task that is %s', (_, state, more) => {
  seen(acknowledged('a'), state, more);
  expect(rules()).toEqual(['untrue']);
});
