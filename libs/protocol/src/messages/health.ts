import { z } from 'zod';
import { probedWorkerSchema } from './probe.js';
import { sessionSchema } from './session.js';

/** A part of Penstock as the health check finds it. */
export const healthComponentSchema = z.object({
  kind: z.enum(['balancer', 'hub']),
  name: z.string(),
  /**
   * `up`: it answers. `suspect`: it missed probes, not yet enough of them. `down`: it is given up. `unprobed`: its
   * address is not one that may be dialled, or it announced none.
   */
  state: z.enum(['up', 'suspect', 'down', 'unprobed']),
  /** The state in words. */
  message: z.string(),
  /** Since when it is in this state. */
  since: z.number(),
  hub: z
    .object({
      incarnation: z.string(),
      session: sessionSchema,
      host: z.string(),
      pid: z.int(),
      /** Missed probes in a row. */
      misses: z.int(),
      /** Its workers as it told last. */
      workers: z.array(probedWorkerSchema).optional(),
    })
    .optional(),
});

/** Something that somebody should look at. */
export const healthWarningSchema = z.object({
  code: z.enum([
    'NO_WORKERS',
    'NO_WORKER_FOR_TASK',
    'WAIT_GROWS',
    'HUB_FLAPS',
    'WORKER_SILENT',
    'HUB_DOWN',
    'BALANCER_DOWN',
  ]),
  /** What it is about: the name of a task, a hub or a worker; empty where there is just one. */
  subject: z.string(),
  message: z.string(),
  since: z.number(),
});

/** What the health check thinks of Penstock. Times are milliseconds since 1970. */
export const healthVerdictSchema = z.object({
  /** `down`: the balancer or a hub is down. `warning`: something else is wrong. */
  status: z.enum(['ok', 'warning', 'down']),
  checkedAt: z.number(),
  components: z.array(healthComponentSchema),
  warnings: z.array(healthWarningSchema),
});

export type HealthComponent = z.infer<typeof healthComponentSchema>;
export type HealthWarning = z.infer<typeof healthWarningSchema>;
export type HealthVerdict = z.infer<typeof healthVerdictSchema>;
