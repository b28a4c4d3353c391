import { z } from 'zod';
import { durabilityNames } from '../rules/task-rules.js';
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
  /** What an acknowledgement promises when a task does not say what it wants. */
  durability: z.enum(durabilityNames).default('memory'),
  /** Those of `waiting` that this balancer does not know: hand them in again, or give them up. */
  unknown: taskIds,
});

/** Client → balancer, answered by {@link taskStatusSchema} of each: what became of tasks. */
export const clientStatusSchema = z.object({ taskIds });

/** Client → balancer, answered by {@link cancelReplySchema}. */
export const clientCancelSchema = z.object({ taskId: z.string().max(64) });

/** Client → balancer, event: follow the progress of these tasks. */
export const clientWatchSchema = z.object({ taskIds });

/** Where a task is. `delayed`: it waits for its time, or for its back-off after a failure. */
export const taskStateSchema = z.enum([
  'queued',
  'delayed',
  'running',
  'done',
  'failed',
  'cancelled',
  'expired',
]);

/** Something that happened to a task. */
export const taskEventSchema = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  /** What: `accepted`, `dispatched`, `started`, `failed`, `lost`, `returned`, `delayed`, `queued`, `cancelled`, … */
  event: z.string(),
  attempt: z.int().optional(),
  worker: z.string().optional(),
  hub: z.string().optional(),
  /** Why, in one word: `worker-lost`, `hub-lost`, `timeout`, `queue-ttl`, `deadline`, … */
  cause: z.string().optional(),
  error: z.object({ name: z.string(), message: z.string() }).optional(),
});

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
  /** Why it ended as it did, in one word, where its state does not say it: `worker-lost`, `queue-ttl`, … */
  cause: z.string().optional(),
  /** Of a delayed task: when it goes into the queue. */
  notBefore: z.number().optional(),
  /** Attempts that failed since it was submitted, or run again. */
  failures: z.int().optional(),
  /** Workers and hubs that were lost while they ran it. */
  crashes: z.int().optional(),
  /** What its acknowledgement promised. */
  durability: z.enum(durabilityNames).optional(),
  /** What happened to it, oldest first; of many attempts the first and the last ones. */
  history: z.array(taskEventSchema).optional(),
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
export type TaskEvent = z.infer<typeof taskEventSchema>;
export type TaskStatus = z.infer<typeof taskStatusSchema>;
export type CancelReply = z.infer<typeof cancelReplySchema>;
export type TaskProgress = z.infer<typeof taskProgressSchema>;
