import { isUtf8 } from 'node:buffer';
import { CRITICAL_OPTION } from '../batches/batch-reader.js';
import { PenstockError } from '../errors.js';
import { viewOf } from '../frame.js';
import { invalidRule, requireRules } from './check-rules.js';
import { isRuleTag, RuleTag } from './rule-tags.js';
import { backoffKinds, durabilityNames, lossPolicies, type Backoff, type TaskRules } from './task-rules.js';

const OPTION_HEAD_BYTES = 4;
const TIMEOUT_BYTES = 4;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * The rules in a task's option block. Options that are no rules and not critical are skipped.
 *
 * @throws PenstockError `INVALID_RULES` when a rule is malformed, out of range or there twice, `UNSUPPORTED_OPTION`
 *   when a critical option is not known here
 */
export function readRules(
  bytes: Uint8Array,
  offset = 0,
  length: number = bytes.byteLength - offset,
): TaskRules {
  const view = viewOf(bytes);
  const rules: Mutable<TaskRules> = {};
  let seen = 0;
  const end = offset + length;
  let at = offset;
  while (at < end) {
    if (at + OPTION_HEAD_BYTES > end) throw invalidRule('options', 'the option block ends within an option');
    const tag = view.getUint16(at, true);
    const start = at + OPTION_HEAD_BYTES;
    at = start + view.getUint16(at + 2, true);
    if (at > end) throw invalidRule('options', 'the option block ends within an option');
    if ((tag & CRITICAL_OPTION) === 0) continue;
    const number = tag & ~CRITICAL_OPTION;
    if (!isRuleTag(tag)) {
      throw new PenstockError('UNSUPPORTED_OPTION', `the critical option ${number} is not known here`, {
        details: { option: number },
      });
    }
    if ((seen & (1 << number)) !== 0) throw invalidRule('options', `option ${number} is there twice`);
    seen |= 1 << number;
    readRule(rules, tag, new RuleBody(bytes, view, start, at - start));
  }
  if (seen !== 0) requireRules(rules);
  return rules;
}

/**
 * The attempt timeout in an option block that a batch reader has checked, in milliseconds; 0 = none. It makes nothing
 * of the rest.
 */
export function readTimeoutMs(view: DataView, offset: number, length: number): number {
  const end = offset + length;
  for (let at = offset; at < end; at += OPTION_HEAD_BYTES + view.getUint16(at + 2, true)) {
    const isTimeout = view.getUint16(at, true) === RuleTag.timeout;
    if (isTimeout && view.getUint16(at + 2, true) === TIMEOUT_BYTES) {
      return view.getUint32(at + OPTION_HEAD_BYTES, true);
    }
  }
  return 0;
}

function readRule(rules: Mutable<TaskRules>, tag: number, body: RuleBody): void {
  switch (tag) {
    case RuleTag.retry:
      rules.maxAttempts = body.view.getUint16(body.of(12, 'retry'), true);
      rules.backoff = readBackoff(body);
      return;
    case RuleTag.onWorkerLoss:
      rules.onWorkerLoss = body.oneOf(lossPolicies, 'onWorkerLoss');
      return;
    case RuleTag.timeout:
      rules.timeoutMs = body.view.getUint32(body.of(TIMEOUT_BYTES, 'timeoutMs'), true);
      return;
    case RuleTag.deadline:
      rules.deadlineMs = body.float('deadlineMs');
      return;
    case RuleTag.delay:
      rules.delayMs = body.float('delayMs');
      return;
    case RuleTag.runAt:
      rules.runAt = body.float('runAt');
      return;
    case RuleTag.queueTtl:
      rules.queueTtlMs = body.float('queueTtlMs');
      return;
    case RuleTag.idempotencyKey:
      rules.idempotencyKey = body.text('idempotencyKey');
      return;
    case RuleTag.durability:
      rules.durability = body.oneOf(durabilityNames, 'durability');
      return;
    default:
  }
}

function readBackoff({ view, start }: RuleBody): Backoff {
  const kind = backoffKinds[view.getUint8(start + 2)];
  if (kind === undefined) throw invalidRule('backoff.kind', 'the kind of the back-off is not known');
  return { kind, delayMs: view.getUint32(start + 4, true), maxDelayMs: view.getUint32(start + 8, true) };
}

/** The bytes of one rule. */
class RuleBody {
  constructor(
    private readonly bytes: Uint8Array,
    readonly view: DataView,
    readonly start: number,
    private readonly length: number,
  ) {}

  /** Where it starts, once it has the bytes that it must have. */
  of(length: number, rule: string): number {
    if (this.length === length) return this.start;
    throw invalidRule(rule, `${rule} has ${length} bytes, not ${this.length}`);
  }

  oneOf<Name extends string>(names: readonly Name[], rule: string): Name {
    const number = this.view.getUint8(this.of(1, rule));
    const name = names[number];
    if (name === undefined) throw invalidRule(rule, `${rule} has no number ${number}`);
    return name;
  }

  float(rule: string): number {
    return this.view.getFloat64(this.of(8, rule), true);
  }

  text(rule: string): string {
    const { bytes, start, length } = this;
    const slice = Buffer.from(bytes.buffer, bytes.byteOffset + start, length);
    if (!isUtf8(slice)) throw invalidRule(rule, `${rule} is not UTF-8`);
    return slice.toString('utf8');
  }
}
