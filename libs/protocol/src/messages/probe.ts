import { z } from 'zod';
import { sessionSchema } from './session.js';

/** Where something listens. */
export const addressSchema = z.object({
  /** A host name or an IP address. */
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
});

/** Where a hub answers probes. */
export const probeAddressSchema = addressSchema.extend({
  /** The hub's public key, if only those are answered who know it and have the role `health`. */
  key: z.string().length(40).optional(),
});

/** A worker as its own hub sees it. */
export const probedWorkerSchema = z.object({
  name: z.string().max(128),
  /**
   * `starting`: it loads its tasks. `idle`, `busy`: it is well. `silent`: its process answers nothing, not even while
   * its handler blocks; its hub replaces it soon.
   */
  state: z.enum(['starting', 'idle', 'busy', 'silent']),
  /** How long its process has not answered, in milliseconds. */
  silentMs: z.number().nonnegative(),
});

/** The answer to `hub.probe`: that the hub lives, by a way that does not lead through the balancer. */
export const hubProbeReplySchema = z.object({
  name: z.string().min(1).max(128),
  incarnation: z.string().min(1).max(128),
  pid: z.int().nonnegative(),
  version: z.string().max(64),
  uptimeMs: z.number().nonnegative(),
  /** Its session with the balancer, if it has one. */
  session: sessionSchema.optional(),
  /** Attempts in its hands. */
  held: z.int().nonnegative(),
  workers: z.array(probedWorkerSchema).max(65_535),
});

export type Address = z.infer<typeof addressSchema>;
export type ProbeAddress = z.infer<typeof probeAddressSchema>;
export type ProbedWorker = z.infer<typeof probedWorkerSchema>;
export type HubProbeReply = z.infer<typeof hubProbeReplySchema>;
