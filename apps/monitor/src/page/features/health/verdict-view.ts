import type { Verdict } from '../../api/client.js';
import type { FeedStatus } from '../../api/event-feed.js';

/** The verdict in a word, and how alarming it is. */
export interface VerdictView {
  readonly text: string;
  readonly color: 'teal' | 'yellow' | 'red' | 'gray';
  /** A sentence that says it in full. */
  readonly meaning: string;
}

/** What to say on top of every page. */
export function verdictView(verdict: Verdict | undefined, status: FeedStatus): VerdictView {
  if (verdict === undefined) {
    return status === 'connecting'
      ? { text: 'checking', color: 'gray', meaning: 'Waiting for the health check.' }
      : {
          text: 'not checked',
          color: 'gray',
          meaning: 'No health check answers. Penstock works without one; it notices dead hubs a bit later.',
        };
  }
  const { status: found, components, warnings } = verdict;
  const downs = components.filter(({ state }) => state === 'down').length;
  const alerts = warnings.length;
  switch (found) {
    case 'ok':
      return { text: 'all well', color: 'teal', meaning: 'The balancer and all hubs answer.' };
    case 'warning':
      return {
        text: `${alerts} ${alerts === 1 ? 'warning' : 'warnings'}`,
        color: 'yellow',
        meaning: firstOf(verdict),
      };
    case 'down':
      return { text: `${downs} down`, color: 'red', meaning: firstOf(verdict) };
  }
}

function firstOf({ warnings }: Verdict): string {
  return warnings[0]?.message ?? '';
}
