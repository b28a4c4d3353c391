import { limits, taskStateSchema, taskStatusSchema } from '@penstock/protocol';
import { z } from 'zod';
import { deliveryShape, submissionDeliveryShape } from './delivery-schemas.js';

/** A task as HTTP hands it in. */
export const submissionSchema = z
  .strictObject({
    name: z.string().min(1).max(limits.nameBytes).describe('Name of the task, as its handler is registered.'),
    payload: z.unknown().optional().describe('Any JSON value; `null` when absent.'),
    payloadBase64: z.base64().optional().describe('Bytes instead of a JSON payload.'),
    userId: z
      .string()
      .max(limits.userBytes)
      .optional()
      .describe('Whom the task is for; fairness is between users.'),
    priority: z
      .number()
      .default(0)
      .describe('Higher goes first within its user, and chooses the bands that may run it.'),
    taskId: z.string().optional().describe('A UUIDv7 of your own: sent twice, it is the same task.'),
    ...submissionDeliveryShape,
  })
  .refine(({ payload, payloadBase64 }) => payload === undefined || payloadBase64 === undefined, {
    message: 'a task has either a payload or a payloadBase64',
  });

/** Many tasks. */
export const submissionListSchema = z.array(submissionSchema).min(1).max(limits.batchRecords);

/** One task, or many. */
export const submissionsSchema = z.union([submissionSchema, submissionListSchema]);

/** Why something was refused. */
export const wireErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  details: z.record(z.string(), z.unknown()).optional(),
});

const waitMs = z
  .string()
  .regex(/^\d+(ms|s)?$/, 'expected milliseconds, or a number with the unit ms or s, such as 5s')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('s') && !text.endsWith('ms') ? 1_000 : 1))
  .pipe(z.number().max(60_000, 'at most 60s'));

/** Query of the requests that can wait for a task's end. */
export const waitSchema = z.strictObject({ wait: waitMs.optional() });

const submittedSchema = z.object({ taskId: z.string() });

/** The answer to a submission that does not wait, or to a list of them. */
export const acceptedSchema = z.union([
  submittedSchema,
  z.object({
    tasks: z
      .array(z.union([submittedSchema, z.object({ error: wireErrorSchema })]))
      .describe('One for each task that was handed in, in order.'),
  }),
]);

/** Query of the list of tasks. */
export const listSchema = z.strictObject({
  state: taskStateSchema.optional(),
  name: z.string().optional(),
  userId: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  before: z
    .string()
    .regex(/^\d{1,15}$/, 'expected the `next` of an earlier page')
    .transform(Number)
    .optional(),
});

/** What is to be another way when a task is run again; absent = as it was. */
export const rerunSchema = z
  .strictObject({
    payload: z.unknown().optional().describe('Another JSON payload.'),
    payloadBase64: z.base64().optional().describe('Another payload of bytes.'),
    priority: z.number().optional(),
    ...deliveryShape,
  })
  .default({});

/** Which dead tasks to run again. */
export const rerunManySchema = z.strictObject({
  state: z.enum(['failed', 'cancelled', 'expired']).optional().describe('Only those that ended so.'),
  name: z.string().optional().describe('Only those of this task name.'),
  userId: z.string().optional().describe('Only those of this user.'),
  limit: z.int().min(1).max(10_000).default(1_000).describe('At most so many, the oldest first.'),
});

/** What became of them. */
export const rerunReplySchema = z.object({
  rerun: z.int().describe('Tasks that are queued again.'),
  refused: z
    .object({ count: z.int(), error: wireErrorSchema.describe('Why the first of them was refused.') })
    .optional(),
});

/** What a failed handler left. */
export const failureSchema = z.object({
  name: z.string(),
  message: z.string(),
  stack: z.string().optional(),
  code: z.string().optional(),
});

/** A task with how it ended. */
export const taskSchema = taskStatusSchema.extend({
  result: z.unknown().optional().describe('What the handler returned, where that is JSON.'),
  resultBase64: z.string().optional().describe('What the handler returned, where that is bytes.'),
  error: failureSchema.optional().describe('Why it failed.'),
});

/** A page of tasks. */
export const taskPageSchema = z.object({
  tasks: z.array(taskStatusSchema),
  next: z.string().optional().describe('Pass it as `before` for the next page; absent on the last one.'),
});

export type SubmissionBody = z.infer<typeof submissionSchema>;
export type RerunBody = z.infer<typeof rerunSchema>;
export type RerunManyBody = z.infer<typeof rerunManySchema>;
export type RerunReply = z.infer<typeof rerunReplySchema>;
export type ListQuery = z.infer<typeof listSchema>;
export type TaskView = z.infer<typeof taskSchema>;
export type TaskPage = z.infer<typeof taskPageSchema>;
