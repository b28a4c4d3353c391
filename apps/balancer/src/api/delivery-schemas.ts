import { backoffKinds, durabilityNames, limits, lossPolicies, type TaskRules } from '@penstock/protocol';
import { z } from 'zod';

const MAX_ATTEMPTS = 65_535;
const MINUTE_MS = 60_000;
const milliseconds = z.number().min(0);

/** How a task is delivered, as HTTP says it; see docs/adr/0007. */
export const deliveryShape = {
  maxAttempts: z
    .int()
    .min(1)
    .max(MAX_ATTEMPTS)
    .optional()
    .describe('Attempts that may fail before the task has failed. Default 1.'),
  backoff: z
    .strictObject({
      kind: z.enum(backoffKinds),
      delayMs: z.int().min(0),
      maxDelayMs: z.int().min(0).optional(),
    })
    .optional()
    .describe(
      'How long it waits before each further attempt. Default with `maxAttempts`: jitter from 1 s to 1 min.',
    ),
  onWorkerLoss: z
    .enum(lossPolicies)
    .optional()
    .describe('`fail`: it starts at most once. Default `retry`: another attempt.'),
  timeoutMs: z.int().min(1).optional().describe('How long a handler may take, in milliseconds.'),
  deadlineMs: milliseconds
    .optional()
    .describe('Milliseconds from acceptance to the end, all attempts included.'),
  delayMs: milliseconds.optional().describe('Milliseconds from acceptance to the first attempt.'),
  runAt: z
    .union([z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)), z.number()])
    .optional()
    .describe('When to run it: a time such as 2030-01-01T00:00:00Z, or milliseconds since 1970.'),
  queueTtlMs: milliseconds.optional().describe('Milliseconds that it may wait in the queue.'),
};

/** What belongs to one submission alone. */
export const submissionDeliveryShape = {
  ...deliveryShape,
  idempotencyKey: z
    .string()
    .min(1)
    .max(limits.idempotencyKeyBytes)
    .optional()
    .describe('The same user, name and key within the window is the same task.'),
  durability: z
    .enum(durabilityNames)
    .optional()
    .describe('What the acknowledgement promises: `disk` survives the loss of the balancer.'),
};

const deliverySchema = z.object(submissionDeliveryShape);

/** The rules in a body; `undefined` when it has none. */
export function rulesOf(body: z.infer<typeof deliverySchema>): TaskRules | undefined {
  const { maxAttempts, backoff, ...others } = body;
  const rules = Object.fromEntries(
    Object.keys(submissionDeliveryShape).flatMap((rule) => {
      const value = others[rule as keyof typeof others];
      return value === undefined ? [] : [[rule, value]];
    }),
  ) as TaskRules;
  if (maxAttempts === undefined && backoff === undefined)
    return Object.keys(rules).length === 0 ? undefined : rules;
  const { kind, delayMs, maxDelayMs } = backoff ?? { kind: 'jitter', delayMs: 1_000 };
  return {
    ...rules,
    maxAttempts: maxAttempts ?? 1,
    backoff: { kind, delayMs, maxDelayMs: maxDelayMs ?? Math.max(delayMs, MINUTE_MS) },
  };
}
