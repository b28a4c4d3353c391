/** Something that happened to a task, as the balancer tells it. */
export interface Happening {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: string;
  readonly attempt?: number | undefined;
  readonly worker?: string | undefined;
  readonly hub?: string | undefined;
  readonly cause?: string | undefined;
  readonly error?: { readonly name: string; readonly message: string } | undefined;
}

/** A line of a task's story. */
export interface StoryLine {
  readonly at: number;
  /** Milliseconds since the first line. */
  readonly afterMs: number;
  readonly attempt: number | undefined;
  /** What happened, where, and why: `failed on worker_1: it took longer than it may`. */
  readonly text: string;
  /** What a handler threw: `Error: no such file`. */
  readonly error: string | undefined;
  /** Whether something went wrong. */
  readonly isBad: boolean;
}

/** Why something happened to a task, by the one word that the balancer has for it. */
const causes: Readonly<Record<string, string>> = {
  'attempts-exhausted': 'that was the last of its attempts',
  'not-retryable': 'its error said that trying again is of no use',
  'worker-lost': 'its worker died',
  'hub-lost': 'its hub was lost',
  interrupted: 'its worker was stopped',
  returned: 'its hub gave it back before it began',
  undelivered: 'it did not reach the hub',
  'timed-out': 'it took longer than it may',
  quarantined: 'it was on too many workers or hubs that were lost',
  'queue-ttl': 'it was in the queue for as long as it may be',
  deadline: 'its time from submission to end was over',
};

const badEvents: ReadonlySet<string> = new Set(['failed', 'lost', 'cancelled', 'expired']);

/** Why a task ended as it did, for people; a word that is not known is told as it is. */
export function causeText(cause: string): string {
  return causes[cause] ?? cause;
}

/** What happened to a task, line by line. */
export function storyOf(history: readonly Happening[]): readonly StoryLine[] {
  const begin = history[0]?.at ?? 0;
  return history.map((happening, index) => {
    const { at, attempt, event, error } = happening;
    return {
      at,
      afterMs: Math.max(0, at - begin),
      attempt,
      text: textOf(happening, index === 0),
      error: error === undefined ? undefined : `${error.name}: ${error.message}`,
      isBad: badEvents.has(event),
    };
  });
}

function textOf({ event, cause, worker, hub }: Happening, isFirst: boolean): string {
  // Who is accepted once more was dead, and is run again.
  if (event === 'accepted') return isFirst ? 'accepted' : 'run again';
  if (event === 'dispatched') return hub === undefined ? 'dispatched' : `dispatched to ${hub}`;
  const place = worker ?? hub;
  const where = place === undefined ? '' : ` on ${place}`;
  const why = cause === undefined || cause === event ? '' : `: ${causeText(cause)}`;
  return `${event}${where}${why}`;
}
