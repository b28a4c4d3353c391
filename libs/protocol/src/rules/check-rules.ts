import { PenstockError } from '../errors.js';
import { limits } from '../limits.js';
import { backoffKinds, durabilityNames, lossPolicies, type Backoff, type TaskRules } from './task-rules.js';

interface Range {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

const U16_MAX = 0xffff;
const U32_MAX = 0xffff_ffff;
/** The last moment that a `Date` can name. */
const LAST_DATE_MS = 8.64e15;

/** What the numbers among the rules may be. */
const ranges = {
  maxAttempts: { min: 1, max: U16_MAX, isWhole: true },
  timeoutMs: { min: 1, max: U32_MAX, isWhole: true },
  deadlineMs: { min: 1, max: limits.ruleMs, isWhole: false },
  delayMs: { min: 0, max: limits.ruleMs, isWhole: false },
  runAt: { min: 0, max: LAST_DATE_MS, isWhole: false },
  queueTtlMs: { min: 1, max: limits.ruleMs, isWhole: false },
} satisfies Partial<Record<keyof TaskRules, Range>>;

/**
 * Refuses rules that no balancer takes.
 *
 * @throws PenstockError `INVALID_RULES`, whose `details.rule` names the first faulty one
 */
export function requireRules(rules: TaskRules): void {
  for (const rule of Object.keys(ranges) as (keyof typeof ranges)[]) {
    const value = rules[rule];
    if (value !== undefined) requireNumber(rule, value, ranges[rule]);
  }
  const { maxAttempts, backoff, delayMs, runAt, onWorkerLoss, durability, idempotencyKey } = rules;
  if ((maxAttempts === undefined) !== (backoff === undefined)) {
    throw invalidRule('backoff', 'maxAttempts and backoff come together');
  }
  if (backoff !== undefined) requireBackoff(backoff);
  if (delayMs !== undefined && runAt !== undefined) {
    throw invalidRule('runAt', 'delayMs and runAt exclude each other');
  }
  if (onWorkerLoss !== undefined) requireOneOf('onWorkerLoss', onWorkerLoss, lossPolicies);
  if (durability !== undefined) requireOneOf('durability', durability, durabilityNames);
  if (idempotencyKey !== undefined) requireKey(idempotencyKey);
}

/** An `INVALID_RULES` about one rule. */
export function invalidRule(rule: string, message: string): PenstockError {
  return new PenstockError('INVALID_RULES', message, { details: { rule } });
}

function requireBackoff({ kind, delayMs, maxDelayMs }: Backoff): void {
  requireOneOf('backoff.kind', kind, backoffKinds);
  requireNumber('backoff.delayMs', delayMs, { min: 0, max: U32_MAX, isWhole: true });
  requireNumber('backoff.maxDelayMs', maxDelayMs, { min: delayMs, max: U32_MAX, isWhole: true });
}

function requireNumber(rule: string, value: unknown, { min, max, isWhole }: Range): void {
  const isIn = typeof value === 'number' && value >= min && value <= max;
  if (isIn && (!isWhole || Number.isInteger(value))) return;
  const what = isWhole ? 'a whole number' : 'a number';
  throw invalidRule(rule, `${rule} is ${what} from ${min} to ${max}, not ${shown(value)}`);
}

function requireOneOf(rule: string, value: unknown, names: readonly string[]): void {
  if (names.includes(value as string)) return;
  throw invalidRule(rule, `${rule} is ${names.join(' or ')}, not ${shown(value)}`);
}

function requireKey(key: unknown): void {
  const isValid =
    typeof key === 'string' &&
    key.length > 0 &&
    key.isWellFormed() &&
    Buffer.byteLength(key) <= limits.idempotencyKeyBytes;
  if (isValid) return;
  throw invalidRule(
    'idempotencyKey',
    `idempotencyKey has 1 to ${limits.idempotencyKeyBytes} bytes of UTF-8, not ${shown(key)}`,
  );
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value).slice(0, 200);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
