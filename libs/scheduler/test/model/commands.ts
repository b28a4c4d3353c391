import fc from 'fast-check';
import {
  defaultSettings,
  type LeaseLoss,
  type RestoredState,
  type SchedulerSettings,
  type TaskRules,
} from '../../src/index.js';
import type { GroupOptions, TaskOptions } from '../scenario.js';
import { goodRules, oldRules, rules } from './rules.js';

/**
 * Something that happens to the scheduler. Tasks, hubs and groups are told by any number, taken modulo how many there
 * are at that time, so that every list of commands makes sense and can be made shorter.
 */
export type Command =
  | { readonly do: 'submit'; readonly task: TaskOptions; readonly reuse: number }
  | { readonly do: 'join'; readonly groups: readonly GroupOptions[] }
  | {
      readonly do: 'rejoin';
      readonly hub: number;
      readonly groups: readonly GroupOptions[];
      /** Bit n tells whether the hub still holds its n-th task. */
      readonly held: number;
    }
  | { readonly do: 'suspend' | 'lose'; readonly hub: number }
  | {
      readonly do: 'credit';
      readonly hub: number;
      readonly group: number;
      readonly sequence: number;
      readonly window: number;
    }
  | { readonly do: 'load'; readonly hub: number; readonly cpuPercent: number }
  | { readonly do: 'dispatch' }
  | { readonly do: 'start'; readonly task: number }
  | {
      readonly do: 'end';
      readonly task: number;
      readonly status: 'done' | 'failed' | 'cancelled';
      readonly resultBytes: number;
      readonly retryable: boolean;
      readonly timedOut: boolean;
    }
  | {
      readonly do: 'rerun';
      readonly task: number;
      readonly edits: {
        readonly priority?: number;
        readonly payloadBytes?: number;
        readonly rules?: TaskRules;
      };
    }
  | { readonly do: 'restore'; readonly task: TaskOptions; readonly before: Before }
  /** A hub says hello with a lease from before the restart, which may be wrong in any of its parts. */
  | {
      readonly do: 'adopt';
      readonly hub: number;
      readonly task: number;
      readonly epochOff: number;
      readonly attemptOff: number;
    }
  | { readonly do: 'endLimbo' }
  | { readonly do: 'release'; readonly task: number; readonly cause: LeaseLoss }
  /** A lease that may be wrong in any of its parts is claimed by a hub that may not hold it. */
  | {
      readonly do: 'claim';
      readonly hub: number;
      readonly task: number;
      readonly epochOff: number;
      readonly attemptOff: number;
      readonly slot: number | undefined;
    }
  | { readonly do: 'cancel' | 'collect'; readonly task: number }
  | { readonly do: 'advance'; readonly ms: number };

/** What became of a task before the restart; times are counted back from it. */
export interface Before {
  readonly state: RestoredState['is'];
  /** Taken modulo how many ages there are. */
  readonly order: number;
  /** Where between its neighbours in age it was handed in, 0 to 1. */
  readonly share: number;
  readonly attempt: number;
  readonly failures: number;
  readonly crashes: number;
  readonly hubLosses: number;
  readonly waitMs: number;
  readonly keptMs: number;
  readonly resultBytes: number;
  readonly collected: boolean;
}

/** A run: what the operator chose, and what happens. */
export interface Run {
  readonly settings: SchedulerSettings;
  readonly commands: readonly Command[];
}

const tiny = Number.MIN_VALUE;
const max = Number.MAX_VALUE;
const edge = fc.constantFrom(-max, -2, -1, -tiny, -0, 0, tiny, 1, 1 + Number.EPSILON, 2, 3, max);
/** Half of all tasks are alike, so that some wait in the same place; the others are at every edge. */
const priority = fc.oneof(
  { weight: 20, arbitrary: fc.constant(0) },
  { weight: 20, arbitrary: edge },
  { weight: 5, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);
const goodName = fc.constantFrom('T', 'U', 'V', 'W', 'X');
const name = fc.oneof(
  { weight: 20, arbitrary: fc.constant('T') },
  { weight: 20, arbitrary: goodName },
  { weight: 1, arbitrary: fc.constantFrom('', 'a\nb', 'n'.repeat(129)) },
);
const user = fc.oneof(
  { weight: 30, arbitrary: fc.constant('ann') },
  { weight: 30, arbitrary: fc.constantFrom('ann', 'bob', 'cy', 'dee', 'eve', '') },
  { weight: 1, arbitrary: fc.constantFrom('\u007f', 'u'.repeat(129)) },
);
const task = fc.record({ user, name, priority, bytes: fc.nat(9), rules }).map(dropUndefined);
const oldTask = fc
  .record({
    user: fc.constantFrom('ann', 'bob', 'cy'),
    name: goodName,
    priority: fc.oneof(fc.constant(0), edge),
    bytes: fc.nat(9),
    rules: oldRules,
  })
  .map(dropUndefined);
const before: fc.Arbitrary<Before> = fc.record({
  state: fc.constantFrom('queued', 'delayed', 'running', 'running', 'done', 'failed', 'cancelled', 'expired'),
  order: fc.nat(100),
  share: fc.constantFrom(0, 0.5, 1),
  attempt: fc.nat(3),
  failures: fc.nat(2),
  crashes: fc.nat(2),
  hubLosses: fc.nat(2),
  waitMs: fc.constantFrom(0, 1, 1_000),
  keptMs: fc.constantFrom(0, 1, 1_000, 6_000),
  resultBytes: fc.nat(9),
  collected: fc.boolean(),
});
const edits = fc.record({ priority: edge, payloadBytes: fc.nat(9), rules: goodRules }, { requiredKeys: [] });
const anyGroup: fc.Arbitrary<GroupOptions> = fc.record(
  {
    min: fc.oneof({ weight: 3, arbitrary: fc.constant(-max) }, { weight: 2, arbitrary: edge }),
    max: fc.oneof({ weight: 3, arbitrary: fc.constant(max) }, { weight: 2, arbitrary: edge }),
    names: fc.array(goodName, { minLength: 1, maxLength: 8, size: 'max' }),
    window: fc.nat(4),
  },
  { requiredKeys: ['names', 'window'] },
);
/** Every third group is like all others of its kind, so that several stand in one class. */
const group = fc.oneof(
  { weight: 2, arbitrary: anyGroup },
  { weight: 1, arbitrary: fc.constant({ window: 2 }) },
);
const groups = fc.array(group, { maxLength: 4, size: 'max' });
const index = fc.nat(200);

const command: fc.Arbitrary<Command> = fc.oneof(
  weighted(14, { do: fc.constant('submit'), task, reuse: fc.nat(30) }),
  weighted(3, { do: fc.constant('join'), groups }),
  weighted(1, { do: fc.constant('rejoin'), hub: index, groups, held: fc.nat(255) }),
  weighted(1, { do: fc.constantFrom('suspend', 'lose'), hub: index }),
  weighted(3, {
    do: fc.constant('credit'),
    hub: index,
    group: fc.nat(4),
    sequence: fc.nat(9),
    window: fc.nat(5),
  }),
  weighted(2, { do: fc.constant('load'), hub: index, cpuPercent: fc.integer({ min: 0, max: 100 }) }),
  weighted(8, { do: fc.constant('dispatch') }),
  weighted(2, { do: fc.constant('start'), task: index }),
  weighted(7, {
    do: fc.constant('end'),
    task: index,
    status: fc.constantFrom('done', 'done', 'failed', 'cancelled'),
    resultBytes: fc.nat(9),
    retryable: fc.constantFrom(true, true, true, false),
    timedOut: fc.boolean(),
  }),
  weighted(3, { do: fc.constant('rerun'), task: index, edits }),
  weighted(3, { do: fc.constant('restore'), task: oldTask, before }),
  weighted(2, {
    do: fc.constant('adopt'),
    hub: index,
    task: index,
    epochOff: fc.constantFrom(0, 0, 0, 1, -1),
    attemptOff: fc.constantFrom(0, 0, 0, 1),
  }),
  weighted(1, { do: fc.constant('endLimbo') }),
  weighted(3, {
    do: fc.constant('release'),
    task: index,
    cause: fc.constantFrom('returned', 'worker-lost', 'undelivered', 'hub-lost'),
  }),
  weighted(3, {
    do: fc.constant('claim'),
    hub: index,
    task: index,
    epochOff: fc.constantFrom(0, 0, 0, -1, 1),
    attemptOff: fc.constantFrom(0, 0, 0, -1, 1),
    slot: fc.option(fc.constantFrom(0, 1, 2, 3, 50, 0xffff_ffff), { nil: undefined }),
  }),
  weighted(4, { do: fc.constantFrom('cancel', 'collect'), task: index }),
  weighted(4, { do: fc.constant('advance'), ms: fc.constantFrom(0, 1, 999, 1_000, 1_001, 5_000) }),
);

/** Times that advancing meets exactly now and then. */
const ttlMs = fc.constantFrom(1, 999, 1_000, 1_001, 2_000, 5_000, 6_000);

/** A run meets a few of the bounds on what is let in, so that it does not starve, and about half of the others. */
const settings: fc.Arbitrary<SchedulerSettings> = fc.record({
  queuedPerUser: seldom(fc.integer({ min: 0, max: 4 }), defaultSettings.queuedPerUser),
  queuedMax: seldom(fc.integer({ min: 1, max: 20 }), defaultSettings.queuedMax),
  payloadBytesMax: seldom(fc.integer({ min: 0, max: 100 }), defaultSettings.payloadBytesMax),
  namesMax: seldom(fc.integer({ min: 1, max: 4 }), defaultSettings.namesMax),
  usersMax: seldom(fc.integer({ min: 1, max: 5 }), defaultSettings.usersMax),
  classesMax: seldom(fc.integer({ min: 1, max: 5 }), defaultSettings.classesMax),
  queuedTtlMs: often(ttlMs, defaultSettings.queuedTtlMs),
  finishedTtlMs: often(ttlMs, defaultSettings.finishedTtlMs),
  collectedTtlMs: often(ttlMs, defaultSettings.collectedTtlMs),
  cancelledTtlMs: often(ttlMs, defaultSettings.cancelledTtlMs),
  finishedMax: often(fc.nat(5), defaultSettings.finishedMax),
  finishedBytesMax: often(fc.nat(20), defaultSettings.finishedBytesMax),
  deadTtlMs: often(ttlMs, defaultSettings.deadTtlMs),
  deadMax: often(fc.nat(5), defaultSettings.deadMax),
  deadBytesMax: often(fc.nat(20), defaultSettings.deadBytesMax),
  // The model has neither keys nor records: retention.spec.ts tells of these.
  keyedTtlMs: fc.constant(defaultSettings.keyedTtlMs),
  recordTtlMs: fc.constant(defaultSettings.recordTtlMs),
  recordsMax: fc.constant(0),
  crashesMax: fc.integer({ min: 1, max: 3 }),
  hubLossesMax: fc.integer({ min: 1, max: 3 }),
});

/** @param maxCommands commands of one run at most */
export function runs(maxCommands: number): fc.Arbitrary<Run> {
  return fc.record({ settings, commands: fc.array(command, { maxLength: maxCommands, size: 'max' }) });
}

type ToldTask = Omit<TaskOptions, 'rules'> & { readonly rules: TaskRules | undefined };

/** A field that is told as undefined is not there. */
function dropUndefined({ rules: told, ...options }: ToldTask): TaskOptions {
  return told === undefined ? options : { ...options, rules: told };
}

function weighted<Shape>(weight: number, shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) {
  return { weight, arbitrary: fc.record(shape) };
}

function seldom(tight: fc.Arbitrary<number>, wide: number): fc.Arbitrary<number> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(wide) }, { weight: 1, arbitrary: tight });
}

function often(tight: fc.Arbitrary<number>, wide: number): fc.Arbitrary<number> {
  return fc.oneof(fc.constant(wide), tight);
}
