import {
  encodeRules,
  PenstockError,
  type Backoff,
  type BackoffKind,
  type Bytes,
  type TaskRules,
} from '@penstock/protocol';

/** How long a task waits after an attempt that failed. */
export interface BackoffOptions {
  /**
   * `fixed`: each time `delayMs`. `exponential`: `delayMs`, doubled with each failure. `jitter`: a random time between
   * nothing and what `exponential` would wait.
   */
  readonly kind: BackoffKind;
  /** After the first failure, in whole milliseconds. */
  readonly delayMs: number;
  /** At most, in whole milliseconds. Default one minute, or `delayMs` where that is more. */
  readonly maxDelayMs?: number;
}

/** The rules by which a task is delivered; they hold whatever dies meanwhile. */
export interface DeliveryOptions {
  /** Attempts that may fail, 1 to 65,535, before the task has failed. Default 1. */
  readonly maxAttempts?: number;
  /** Before each further attempt. Default with `maxAttempts`: `jitter` from 1 s to one minute. */
  readonly backoff?: BackoffOptions;
  /**
   * What happens when the worker or its hub is lost after the handler began: `retry` gives the task another attempt,
   * `fail` makes it fail, so that it starts at most once. Default `retry`.
   */
  readonly onWorkerLoss?: 'retry' | 'fail';
  /** How long the handler may take, in whole milliseconds from its begin, in each attempt. Default: as long as it takes. */
  readonly timeoutMs?: number;
  /** Milliseconds from acceptance to the end, all attempts and waits included. Default: none. */
  readonly deadlineMs?: number;
  /** Milliseconds from acceptance to the first attempt. Excludes `runAt`. */
  readonly delayMs?: number;
  /** When to run it, as a date or in milliseconds since 1970, by the balancer's clock. Excludes `delayMs`. */
  readonly runAt?: Date | number;
  /** Milliseconds that the task may wait in the queue. Default: the balancer's `LB_QUEUED_TTL`. */
  readonly queueTtlMs?: number;
  /**
   * What an acknowledgement promises. `disk`: the task survives the loss of the balancer. `memory`: that of workers and
   * hubs. Default: what the balancer gives.
   */
  readonly durability?: 'memory' | 'disk';
}

/** Rules of one task. */
export interface OneDeliveryOptions extends DeliveryOptions {
  /**
   * 1 to 256 bytes: within the balancer's window, a submission of the same user, task name and key is the same task, and
   * gets its result. With another payload or priority it is refused (`KEY_CONFLICT`).
   */
  readonly idempotencyKey?: string;
}

const DEFAULT_BACKOFF: Backoff = { kind: 'jitter', delayMs: 1_000, maxDelayMs: 60_000 };

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Turns options into option blocks. The latest block is used again while the rules are the same. */
export class RuleEncoder {
  private latest: TaskRules = {};
  private latestBlock: Bytes | undefined;

  /**
   * The option block of what the options say of delivery; `undefined` = nothing.
   *
   * @throws PenstockError `INVALID_RULES`
   */
  encode(options: OneDeliveryOptions): Bytes | undefined {
    if (saysNothing(options)) return undefined;
    const rules = rulesOf(options);
    if (isSame(rules, this.latest)) return this.latestBlock;
    const buffer = encodeRules(rules);
    this.latest = rules;
    this.latestBlock = { buffer, offset: 0, length: buffer.byteLength };
    return this.latestBlock;
  }
}

/** Told apart first, since most tasks have no rules. */
function saysNothing(options: OneDeliveryOptions): boolean {
  return (
    options.maxAttempts === undefined &&
    options.backoff === undefined &&
    options.onWorkerLoss === undefined &&
    options.timeoutMs === undefined &&
    options.deadlineMs === undefined &&
    options.delayMs === undefined &&
    options.runAt === undefined &&
    options.queueTtlMs === undefined &&
    options.durability === undefined &&
    options.idempotencyKey === undefined
  );
}

/** The rules that the options say, with numbers of their own: an object that its owner changes later is not theirs. */
function rulesOf(options: OneDeliveryOptions): TaskRules {
  const rules: Mutable<TaskRules> = {};
  if (options.maxAttempts !== undefined) {
    rules.maxAttempts = options.maxAttempts;
    rules.backoff = DEFAULT_BACKOFF;
  }
  if (options.backoff !== undefined) rules.backoff = backoffOf(options.backoff);
  if (options.onWorkerLoss !== undefined) rules.onWorkerLoss = options.onWorkerLoss;
  if (options.timeoutMs !== undefined) rules.timeoutMs = options.timeoutMs;
  if (options.deadlineMs !== undefined) rules.deadlineMs = options.deadlineMs;
  if (options.delayMs !== undefined) rules.delayMs = options.delayMs;
  if (options.runAt !== undefined) {
    rules.runAt = options.runAt instanceof Date ? options.runAt.getTime() : options.runAt;
  }
  if (options.queueTtlMs !== undefined) rules.queueTtlMs = options.queueTtlMs;
  if (options.idempotencyKey !== undefined) rules.idempotencyKey = options.idempotencyKey;
  if (options.durability !== undefined) rules.durability = options.durability;
  return rules;
}

function backoffOf({ kind, delayMs, maxDelayMs }: BackoffOptions): Backoff {
  return { kind, delayMs, maxDelayMs: maxDelayMs ?? Math.max(DEFAULT_BACKOFF.maxDelayMs, delayMs) };
}

function isSame(one: TaskRules, other: TaskRules): boolean {
  return (
    one.maxAttempts === other.maxAttempts &&
    one.backoff?.kind === other.backoff?.kind &&
    one.backoff?.delayMs === other.backoff?.delayMs &&
    one.backoff?.maxDelayMs === other.backoff?.maxDelayMs &&
    one.onWorkerLoss === other.onWorkerLoss &&
    one.timeoutMs === other.timeoutMs &&
    one.deadlineMs === other.deadlineMs &&
    one.delayMs === other.delayMs &&
    one.runAt === other.runAt &&
    one.queueTtlMs === other.queueTtlMs &&
    one.idempotencyKey === other.idempotencyKey &&
    one.durability === other.durability
  );
}

/**
 * Refuses a key for many tasks, which a program without types may give.
 *
 * @throws PenstockError `INVALID_RULES`
 */
export function requireNoKey({ idempotencyKey }: OneDeliveryOptions): void {
  if (idempotencyKey === undefined) return;
  throw new PenstockError(
    'INVALID_RULES',
    'an idempotencyKey is of one task: submit each of them by itself',
    {
      details: { rule: 'idempotencyKey' },
    },
  );
}
