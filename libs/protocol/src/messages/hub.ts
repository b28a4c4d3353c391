import { z } from 'zod';
import { limits } from '../limits.js';
import { probeAddressSchema } from './probe.js';
import { helloSchema, welcomeSchema } from './session.js';

const name = z.string().min(1).max(limits.nameBytes);

/** A lease as control messages name it. */
export const leaseSchema = z.object({
  taskId: z.string().max(64),
  epoch: z.int().nonnegative(),
  attempt: z.int().positive(),
});

/** Public keys of the role `health`. */
const healthKeys = z.array(z.string().length(40)).max(10_000);

/** The workers of one priority band and task set. */
export const groupSchema = z.object({
  /** Lowest priority that the group takes; `null` = no bound. */
  minPriority: z.number().nullable(),
  maxPriority: z.number().nullable(),
  /** Names of the tasks that the group runs. */
  tasks: z.array(name).max(4_096),
  /** Attempts that it runs at a time. */
  slots: z.int().min(0).max(65_535),
  /** Credit: attempts that it wants in hand at most, running ones included. */
  window: z.int().min(0).max(65_535),
  /** `process`: a process per slot; `inline`: one thread of the hub. */
  kind: z.enum(['process', 'inline']),
  /** Scheduling niceness of the group's processes, -20 to 19. */
  niceness: z.int().min(-20).max(19),
  /** Names of the group's workers, for people. */
  workers: z.array(z.string().max(128)).max(1_024),
});

/** Hub → balancer, answered by {@link hubWelcomeSchema}: on each connection, first of all. */
export const hubHelloSchema = helloSchema.extend({
  role: z.literal('hub'),
  /** The hub's name, for people. */
  name: z.string().min(1).max(128),
  groups: z.array(groupSchema).max(256),
  /** Every attempt that the hub holds: waiting, running, or ended and not settled. */
  leases: z.array(leaseSchema).max(limits.listedLeases),
  /** Where the hub answers probes, if it does. */
  probe: probeAddressSchema.optional(),
  /** Its port for health and metrics over HTTP, if it has one. */
  httpPort: z.int().min(1).max(65_535).optional(),
});

/** The answer to a hub's hello. */
export const hubWelcomeSchema = welcomeSchema.extend({
  /** Those of `leases` that are no longer the hub's: it ends them and forgets their outcomes. */
  revoked: z.array(leaseSchema),
  /** Where the balancer has keys: the public keys whose probes the hub answers. */
  healthKeys: healthKeys.optional(),
});

/** Hub → balancer, event: that it lives, and how busy its machine is. */
export const hubHeartbeatSchema = z.object({
  /** Load of the hub's machine, 0 to 100. */
  cpu: z.number().min(0).max(100),
  /** Load of each worker's process by the worker's name, in per cent of one processor. */
  workers: z.record(z.string().max(128), z.number().min(0)).optional(),
});

/** Hub → balancer, event: a group's credit from now on. A sequence number below an earlier one is ignored. */
export const hubCreditSchema = z.object({
  group: z.int().min(0).max(255),
  sequence: z.int().nonnegative(),
  window: z.int().min(0).max(65_535),
});

/** Hub → balancer, event: the hub's groups have changed (tasks were added or removed). */
export const hubGroupsSchema = z.object({ groups: z.array(groupSchema).max(256) });

/** Hub → balancer, event: how far a running attempt is. */
export const hubProgressSchema = leaseSchema.extend({ progress: z.number().min(0).max(100) });

/** Hub → balancer, event: attempts given back; none of them was started, so none counts as an attempt. */
export const hubReturnedSchema = z.object({
  leases: z.array(leaseSchema).max(limits.listedLeases),
  reason: z.string().max(1_024),
});

/**
 * Hub → balancer, event: attempts that died with their worker after their handlers began. The hub judges nothing: what
 * becomes of their tasks is the balancer's business.
 */
export const hubLostSchema = z.object({
  leases: z.array(leaseSchema).max(limits.listedLeases),
  reason: z.string().max(1_024),
  /**
   * Whether the tasks may be to blame: their worker died by itself. False: the hub ended it for another reason, be it
   * a neighbour's timeout or that the hub stops; then the loss says nothing about these tasks.
   */
  charged: z.boolean().default(true),
});

/** Hub → balancer, event: it is going; what it holds is free to go elsewhere at once. */
export const hubGoodbyeSchema = z.object({ reason: z.string().max(1_024) });

/** Balancer → hub, event: end this attempt; the outcome `cancelled` follows once its handler is no more. */
export const hubCancelSchema = leaseSchema;

/** Balancer → hub, event: the public keys whose probes the hub answers from now on. */
export const hubKeysSchema = z.object({ healthKeys });

export type HubLease = z.infer<typeof leaseSchema>;
export type HubGroup = z.infer<typeof groupSchema>;
export type HubHello = z.infer<typeof hubHelloSchema>;
export type HubWelcome = z.infer<typeof hubWelcomeSchema>;
export type HubHeartbeat = z.infer<typeof hubHeartbeatSchema>;
export type HubCredit = z.infer<typeof hubCreditSchema>;
export type HubProgress = z.infer<typeof hubProgressSchema>;
export type HubReturned = z.infer<typeof hubReturnedSchema>;
export type HubLost = z.infer<typeof hubLostSchema>;
