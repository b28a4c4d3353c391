import { z } from 'zod';
import { helloSchema, welcomeSchema } from './session.js';

const taskIds = z.array(z.string().max(64)).max(8_192);

/** Client → balancer, answered by {@link clientWelcomeSchema}: on each connection, first of all. */
export const clientHelloSchema = helloSchema.extend({
  role: z.literal('client'),
  /** Tasks whose results the client waits for: it is attached to them again. */
  waiting: taskIds,
});

/** The answer to a client's hello. */
export const clientWelcomeSchema = welcomeSchema.extend({
  limits: z.object({
    /** Largest payload in bytes. */
    payloadBytes: z.number(),
    /** Tasks that the client may have handed in and not collected. */
    windowTasks: z.number(),
    /** Payload bytes of these. */
    windowBytes: z.number(),
    /** Queued tasks a user may have; 0 = no quota. The library keeps below it by itself. */
    queuedPerUser: z.number(),
  }),
  /** Those of `waiting` that this balancer does not know: hand them in again, or give them up. */
  unknown: taskIds,
});

/** Client → balancer, answered by {@link taskStatusSchema} of each: what became of tasks. */
export const clientStatusSchema = z.object({ taskIds });

/** Client → balancer, answered by {@link cancelReplySchema}. */
export const clientCancelSchema = z.object({ taskId: z.string().max(64) });

/** Client → balancer, event: follow the progress of these tasks. */
export const clientWatchSchema = z.object({ taskIds });

/** Where a task is; `delayed` = held back until its time has come. */
export const taskStateSchema = z.enum([
  'queued',
  'delayed',
  'running',
  'done',
  'failed',
  'cancelled',
  'expired',
]);

/** A task as any face of Penstock shows it. Times are milliseconds since 1970. */
export const taskStatusSchema = z.object({
  taskId: z.string(),
  name: z.string(),
  userId: z.string(),
  priority: z.number(),
  state: taskStateSchema,
  /** 0 to 100. */
  progress: z.number(),
  /** Attempts so far. */
  attempt: z.int(),
  /** Payload bytes. */
  payloadBytes: z.int(),
  submittedAt: z.number(),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
  waitMs: z.number().optional(),
  runMs: z.number().optional(),
  worker: z.string().optional(),
  /** A cancel is under way: the handler has not ended yet. */
  cancelling: z.boolean().optional(),
  /** Why a queued task does not run, where that is known: `no worker knows this task`, … */
  waitingFor: z.string().optional(),
});

/** What a cancel found. */
export const cancelReplySchema = z.object({
  taskId: z.string(),
  /**
   * `queued`: it is cancelled. `running`: its handler was told; the task's result says how it ended.
   * `finished`: it had ended; its result is dropped. `unknown`: no such task.
   */
  from: z.enum(['queued', 'running', 'finished', 'unknown']),
  state: taskStateSchema.optional(),
});

/** Balancer → client, event. */
export const taskProgressSchema = z.object({ taskId: z.string(), progress: z.number() });

export type ClientHello = z.infer<typeof clientHelloSchema>;
export type ClientWelcome = z.infer<typeof clientWelcomeSchema>;
export type TaskState = z.infer<typeof taskStateSchema>;
export type TaskStatus = z.infer<typeof taskStatusSchema>;
export type CancelReply = z.infer<typeof cancelReplySchema>;
export type TaskProgress = z.infer<typeof taskProgressSchema>;
