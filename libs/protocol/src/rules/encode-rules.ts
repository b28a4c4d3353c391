import { viewOf } from '../frame.js';
import { requireRules } from './check-rules.js';
import { RuleTag } from './rule-tags.js';
import { backoffKinds, durabilityNames, lossPolicies, type TaskRules } from './task-rules.js';

const OPTION_HEAD_BYTES = 4;
const RETRY_BYTES = 12;
const utf8 = new TextEncoder();

/**
 * The option block of a task's rules, in the order of their tags; no bytes when there are none.
 *
 * @throws PenstockError `INVALID_RULES`, whose `details.rule` names the first faulty one
 */
export function encodeRules(rules: TaskRules): Uint8Array {
  requireRules(rules);
  const options: Uint8Array[] = [];
  const { maxAttempts, backoff, onWorkerLoss, idempotencyKey, durability } = rules;
  if (maxAttempts !== undefined && backoff !== undefined) {
    const { bytes, view } = option(RuleTag.retry, RETRY_BYTES);
    view.setUint16(OPTION_HEAD_BYTES, maxAttempts, true);
    view.setUint8(OPTION_HEAD_BYTES + 2, backoffKinds.indexOf(backoff.kind));
    view.setUint32(OPTION_HEAD_BYTES + 4, backoff.delayMs, true);
    view.setUint32(OPTION_HEAD_BYTES + 8, backoff.maxDelayMs, true);
    options.push(bytes);
  }
  if (onWorkerLoss !== undefined) {
    options.push(byteOption(RuleTag.onWorkerLoss, lossPolicies.indexOf(onWorkerLoss)));
  }
  if (rules.timeoutMs !== undefined) {
    const { bytes, view } = option(RuleTag.timeout, 4);
    view.setUint32(OPTION_HEAD_BYTES, rules.timeoutMs, true);
    options.push(bytes);
  }
  if (rules.deadlineMs !== undefined) options.push(floatOption(RuleTag.deadline, rules.deadlineMs));
  if (rules.delayMs !== undefined) options.push(floatOption(RuleTag.delay, rules.delayMs));
  if (rules.runAt !== undefined) options.push(floatOption(RuleTag.runAt, rules.runAt));
  if (rules.queueTtlMs !== undefined) options.push(floatOption(RuleTag.queueTtl, rules.queueTtlMs));
  if (idempotencyKey !== undefined) {
    const key = utf8.encode(idempotencyKey);
    const { bytes } = option(RuleTag.idempotencyKey, key.byteLength);
    bytes.set(key, OPTION_HEAD_BYTES);
    options.push(bytes);
  }
  if (durability !== undefined) {
    options.push(byteOption(RuleTag.durability, durabilityNames.indexOf(durability)));
  }
  return Buffer.concat(options);
}

function option(tag: number, length: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(OPTION_HEAD_BYTES + length);
  const view = viewOf(bytes);
  view.setUint16(0, tag, true);
  view.setUint16(2, length, true);
  return { bytes, view };
}

function byteOption(tag: number, value: number): Uint8Array {
  const { bytes, view } = option(tag, 1);
  view.setUint8(OPTION_HEAD_BYTES, value);
  return bytes;
}

function floatOption(tag: number, value: number): Uint8Array {
  const { bytes, view } = option(tag, 8);
  view.setFloat64(OPTION_HEAD_BYTES, value, true);
  return bytes;
}
