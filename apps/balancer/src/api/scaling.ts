import type { HubView, NameStats, StatsView } from '@penstock/protocol';
import { z } from 'zod';

const DEFAULT_TARGET_S = 30;

/** Query of the signal. */
export const scalingQuerySchema = z.strictObject({
  target: z.coerce
    .number()
    .min(1)
    .max(86_400)
    .default(DEFAULT_TARGET_S)
    .describe('Seconds within which the backlog is to be worked off.'),
});

/** What an autoscaler of worker hubs goes by. */
export const scalingSchema = z.object({
  backlog: z.int().describe('Tasks that wait for a worker.'),
  oldestAge: z.number().describe('Seconds that the oldest of them has waited; 0 when none waits.'),
  desiredReplicas: z
    .int()
    .describe(
      'Worker hubs, of the size of those that are connected, that work off the backlog within the target. Without a hub: 1 if there is work, else 0.',
    ),
});

export type ScalingQuery = z.infer<typeof scalingQuerySchema>;
export type ScalingSignal = z.infer<typeof scalingSchema>;

/**
 * How many hubs the work that there is asks for. A task costs the mean run time of its name; of a name that has not been
 * measured yet, as much as the target, so that it asks for a worker of its own. Tasks that no connected hub would take
 * wait, but ask for nothing: more of the same hubs are of no use to them.
 *
 * @param targetMs within which time the backlog is to be worked off
 */
export function scalingSignal(stats: StatsView, hubs: readonly HubView[], targetMs: number): ScalingSignal {
  const waiting = stats.tasks.filter(({ queued }) => queued > 0);
  const slots = hubs.flatMap(({ groups }) => groups).reduce((sum, group) => sum + group.slots, 0);
  return {
    backlog: waiting.reduce((sum, { queued }) => sum + queued, 0),
    oldestAge: Math.max(0, ...waiting.map(({ oldestWaitMs = 0 }) => oldestWaitMs)) / 1_000,
    desiredReplicas: slots === 0 ? hubsToBegin(stats) : hubsFor(stats.tasks, slots / hubs.length, targetMs),
  };
}

/** With no worker to measure by, one hub shows how fast the work is. */
function hubsToBegin({ queued, running }: StatsView): number {
  return queued + running > 0 ? 1 : 0;
}

function hubsFor(tasks: readonly NameStats[], slotsPerHub: number, targetMs: number): number {
  const slots = tasks
    .filter(({ noWorker }) => noWorker === undefined)
    .reduce((sum, { queued, running, run }) => {
      const share = run === undefined ? 1 : run.meanMs / targetMs;
      // One that runs has its slot already, and no more than that however long it takes.
      return sum + queued * share + running * Math.min(1, share);
    }, 0);
  return Math.ceil(slots / slotsPerHub);
}
