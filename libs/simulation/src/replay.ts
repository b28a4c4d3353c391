import {
  applyEvent,
  beginFrom,
  checkInvariants,
  type Effects,
  type SchedulerEvent,
} from '@penstock/scheduler';

/** What became of a replay. */
export interface ReplayReport {
  /** Events that were applied. */
  readonly events: number;
  /** The first event after which something did not agree, as its line, from 1, and what. */
  readonly finding?: { readonly line: number; readonly message: string };
}

/** Tasks up to which everything is compared after each event; with more only so often, since it looks at all of them. */
const COMPARED_ALWAYS_MAX = 500;
const COMPARED_EVERY = 1_000;

const silent: Effects = {
  dispatch: () => undefined,
  ended: () => undefined,
  requeued: () => undefined,
  woken: () => undefined,
  archived: () => undefined,
  cancelOnHub: () => undefined,
  dropResult: () => undefined,
  forgotten: () => undefined,
};

/**
 * Replays what a balancer has recorded: each event is applied to a scheduler that began as that one did, and everything
 * that it counts or links is derived anew and compared, after each event or, with many tasks, every thousand and at the end.
 *
 * @param lines of JSON, a scheduler event each, the first of which tells how it began
 */
export async function replay(lines: AsyncIterable<string>): Promise<ReplayReport> {
  let scheduler: ReturnType<typeof beginFrom> | undefined;
  let [events, line] = [0, 0];
  try {
    for await (const text of lines) {
      line += 1;
      const event = JSON.parse(text) as SchedulerEvent;
      if (scheduler === undefined) scheduler = beginFrom(event, silent);
      else applyEvent(scheduler, event);
      events += 1;
      if (scheduler.table.size <= COMPARED_ALWAYS_MAX || events % COMPARED_EVERY === 0)
        checkInvariants(scheduler);
    }
    if (scheduler === undefined) throw new Error('there is no event');
    checkInvariants(scheduler);
  } catch (error) {
    return { events, finding: { line, message: error instanceof Error ? error.message : String(error) } };
  }
  return { events };
}
