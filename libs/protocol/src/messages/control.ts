import { z } from 'zod';
import { probeAddressSchema } from './probe.js';
import { identitySchema, sessionSchema } from './session.js';

/** What every call at the control port may say: who calls. Where the balancer has keys it must. */
export const controlCallSchema = z.object({ identity: identitySchema.optional() });

/** The answer to `control.check`: whether a balancer is there, and which. */
export const controlCheckSchema = z.object({
  version: z.string(),
  pid: z.int(),
  uptimeMs: z.number(),
  /** Version of its Node.js. */
  node: z.string(),
});

/** Health check → balancer, answered by {@link controlDownReplySchema}: this hub is dead, give its tasks to others. */
export const controlDownSchema = controlCallSchema.extend({
  /** The session that was found dead: one that the hub has opened since is left alone. */
  session: sessionSchema,
  /** The incarnation that was found dead. */
  incarnation: z.string().min(1).max(128),
  reason: z.string().max(1_024),
});

/** The answer to `control.down`. */
export const controlDownReplySchema = z.object({
  /** false: that session was not open any more. */
  downed: z.boolean(),
});

/** A worker, with what it runs as far as its hub has told. */
export const workerViewSchema = z.object({
  name: z.string(),
  /** Load of its process in per cent of one processor. */
  cpu: z.number().optional(),
  task: z.object({ taskId: z.string(), name: z.string(), progress: z.number() }).optional(),
});

/** A group of a hub's workers. */
export const groupViewSchema = z.object({
  kind: z.enum(['process', 'inline']),
  /** `null` = no bound. */
  minPriority: z.number().nullable(),
  maxPriority: z.number().nullable(),
  niceness: z.number(),
  tasks: z.array(z.string()),
  slots: z.int(),
  /** Attempts that it wants in hand, … */
  window: z.int(),
  /** … and those that it has. */
  held: z.int(),
  workers: z.array(workerViewSchema),
});

/** A hub as any face of Penstock shows it. Times are milliseconds since 1970. */
export const hubViewSchema = z.object({
  name: z.string(),
  incarnation: z.string(),
  session: sessionSchema,
  host: z.string(),
  pid: z.int(),
  connectedAt: z.number(),
  /** How long the balancer has not heard of it, in milliseconds. */
  silentMs: z.number(),
  /** Its connection is gone, and its session waits for it to come back. */
  disconnected: z.boolean(),
  /** Load of its machine in per cent. */
  cpu: z.number(),
  /** Where it answers probes. */
  probe: probeAddressSchema.optional(),
  /** Its port for health and metrics over HTTP. */
  httpPort: z.int().optional(),
  groups: z.array(groupViewSchema),
});

/** How long something took, over all tasks of a name. */
export const durationSummarySchema = z.object({
  minMs: z.number(),
  meanMs: z.number(),
  maxMs: z.number(),
  p50Ms: z.number(),
  p90Ms: z.number(),
  p99Ms: z.number(),
});

/** Figures of one task name since the balancer started. */
export const nameStatsSchema = z.object({
  name: z.string(),
  queued: z.int(),
  running: z.int(),
  done: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  expired: z.int(),
  /** How long the oldest queued task has waited, in milliseconds. */
  oldestWaitMs: z.number().optional(),
  /** Why there is no worker for queued tasks of the name, where there is none: nobody knows it, or takes their priority. */
  noWorker: z.array(z.string()).optional(),
  /** From acceptance to dispatch, of tasks that ran. */
  wait: durationSummarySchema.optional(),
  /** From start to end of the handler, of tasks that ran. */
  run: durationSummarySchema.optional(),
  /** Handler time in all, in milliseconds. */
  totalRunMs: z.number(),
});

/** Figures of the whole balancer and of each task name. */
export const statsViewSchema = z.object({
  uptimeMs: z.number(),
  clients: z.int(),
  hubs: z.int(),
  queued: z.int(),
  running: z.int(),
  kept: z.int(),
  payloadBytes: z.number(),
  resultBytes: z.number(),
  /** Messages about attempts from somebody who did not hold the lease. */
  refusedLeases: z.int(),
  tasks: z.array(nameStatsSchema),
});

export type ControlCall = z.infer<typeof controlCallSchema>;
export type ControlCheck = z.infer<typeof controlCheckSchema>;
export type ControlDown = z.infer<typeof controlDownSchema>;
export type ControlDownReply = z.infer<typeof controlDownReplySchema>;
export type WorkerView = z.infer<typeof workerViewSchema>;
export type GroupView = z.infer<typeof groupViewSchema>;
export type HubView = z.infer<typeof hubViewSchema>;
export type DurationSummary = z.infer<typeof durationSummarySchema>;
export type NameStats = z.infer<typeof nameStatsSchema>;
export type StatsView = z.infer<typeof statsViewSchema>;
