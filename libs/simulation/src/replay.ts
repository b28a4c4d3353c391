import { checkInvariants, type Scheduler } from '@penstock/scheduler';

/** What became of a replay. */
export interface ReplayReport {
  readonly events: number;
  /** The first event after which something did not agree, and what. */
  readonly finding?: { readonly at: number; readonly message: string };
}

/**
 * Replays what a balancer recorded: each event is applied to a scheduler, and everything that the scheduler counts or
 * links is derived anew and compared after it.
 *
 * @param apply applies one event: a scheduler's own way to take its recorded events
 */
export function replay<Event>(
  scheduler: Scheduler,
  events: Iterable<Event>,
  apply: (scheduler: Scheduler, event: Event) => void,
): ReplayReport {
  let applied = 0;
  for (const event of events) {
    try {
      apply(scheduler, event);
      checkInvariants(scheduler);
    } catch (error) {
      return {
        events: applied,
        finding: { at: applied, message: error instanceof Error ? error.message : String(error) },
      };
    }
    applied += 1;
  }
  return { events: applied };
}
