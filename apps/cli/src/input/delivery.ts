import type { BackoffOptions, DeliveryOptions, OneDeliveryOptions } from '@penstock/client';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { asCount, asDuration } from './arguments.js';

const GROUP = 'Rules of delivery:';
const kinds = ['fixed', 'exponential', 'jitter'] as const;

/** The rules as they were typed. */
export interface DeliveryFlags {
  readonly maxAttempts?: number;
  readonly backoff?: BackoffOptions;
  readonly onWorkerLoss?: 'retry' | 'fail';
  readonly attemptTimeout?: number;
  readonly deadline?: number;
  readonly delay?: number;
  readonly runAt?: Date;
  readonly queueTtl?: number;
}

/** The same, and what belongs to a submission alone. */
export interface SubmissionFlags extends DeliveryFlags {
  readonly durability?: 'disk' | 'memory';
  readonly key?: string;
}

/** Lets a command take the rules by which tasks are delivered. */
export function takesDelivery(command: Command): Command {
  const options = [
    new Option('--max-attempts <count>', 'attempts that may fail; default: 1').argParser(asCount),
    new Option(
      '--backoff <kind:delay[:max]>',
      `before each further attempt, kind = ${kinds.join(', ')}; default: jitter:1s:1m`,
    ).argParser(asBackoff),
    new Option('--attempt-timeout <duration>', 'how long a handler may take, in each attempt').argParser(
      asDuration,
    ),
    new Option('--deadline <duration>', 'from acceptance to the end, attempts and waits included').argParser(
      asDuration,
    ),
    new Option('--delay <duration>', 'from acceptance to the first attempt').argParser(asDuration),
    new Option('--run-at <time>', 'when to run it, such as 2030-01-01T08:00:00Z')
      .argParser(asTime)
      .conflicts('delay'),
    new Option('--queue-ttl <duration>', 'how long it may be in the queue').argParser(asDuration),
    new Option(
      '--on-worker-loss <what>',
      'fail: it starts at most once; default: retry, with another attempt',
    ).choices(['retry', 'fail']),
  ];
  for (const option of options) command.addOption(option.helpGroup(GROUP));
  return command;
}

/** The same, and what its acknowledgement promises. */
export function takesSubmission(command: Command): Command {
  return takesDelivery(command).addOption(
    new Option('--durability <level>', 'disk: acknowledged = on the disk of the balancer')
      .choices(['disk', 'memory'])
      .helpGroup(GROUP),
  );
}

/** And the key that makes one task of many submissions. */
export function takesKey(command: Command): Command {
  return command.addOption(
    new Option('--key <text>', 'the same user, task name and key is the same task').helpGroup(GROUP),
  );
}

/** What the client library takes of what was typed. */
export function deliveryOf(flags: SubmissionFlags): OneDeliveryOptions {
  const { key, durability } = flags;
  return {
    ...rulesOf(flags),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(durability === undefined ? {} : { durability }),
  };
}

/** The rules alone. */
export function rulesOf(flags: DeliveryFlags): DeliveryOptions {
  const { maxAttempts, backoff, onWorkerLoss, attemptTimeout, deadline, delay, runAt, queueTtl } = flags;
  return {
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(backoff === undefined ? {} : { backoff }),
    ...(onWorkerLoss === undefined ? {} : { onWorkerLoss }),
    ...(attemptTimeout === undefined ? {} : { timeoutMs: attemptTimeout }),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
    ...(delay === undefined ? {} : { delayMs: delay }),
    ...(runAt === undefined ? {} : { runAt }),
    ...(queueTtl === undefined ? {} : { queueTtlMs: queueTtl }),
  };
}

/** A back-off such as `exponential:1s:1m`. */
export function asBackoff(text: string): BackoffOptions {
  const [typed, delay = '', max, ...more] = text.split(':');
  const kind = kinds.find((known) => known === typed);
  if (kind === undefined || delay === '' || more.length > 0) {
    throw new InvalidArgumentError(
      `Expected a kind (${kinds.join(', ')}), a delay and perhaps the longest one, such as exponential:1s:1m.`,
    );
  }
  return { kind, delayMs: asDuration(delay), ...(max === undefined ? {} : { maxDelayMs: asDuration(max) }) };
}

/** A date, or a time such as `2030-01-01T08:00:00Z`; a time without a zone is of this machine. */
export function asTime(text: string): Date {
  const time = new Date(text);
  // Not a bare number, which Date would take for a year.
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Expected a time such as 2030-01-01T08:00:00Z.');
  return time;
}
