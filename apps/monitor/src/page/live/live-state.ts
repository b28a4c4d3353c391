import type { Hub, NameStats, Stats, Task, Verdict } from '../api/client.js';
import type { FeedStatus } from '../api/event-feed.js';

/** One second of the last minute. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly queued: number;
  readonly running: number;
  /** Tasks that have ended since the balancer started, in whatever way. */
  readonly ended: number;
  readonly names: readonly Pick<NameStats, 'name' | 'queued' | 'oldestWaitMs'>[];
}

/** All that the page knows of what happens now. */
export interface LiveState {
  readonly status: FeedStatus;
  readonly stats: Stats | undefined;
  /** Task events that were too many to be sent, in the last second. */
  readonly skippedTaskEvents: number;
  readonly history: readonly Moment[];
  readonly hubs: readonly Hub[] | undefined;
  /** The latest tasks, newest first. */
  readonly tasks: readonly Task[] | undefined;
  readonly verdict: Verdict | undefined;
  readonly healthStatus: FeedStatus;
}

/** Figures as the event that brings them each second has them. */
export type Summary = Stats & { readonly skippedTaskEvents?: number };

/** What changes it. */
export type LiveEvent =
  | { readonly type: 'status'; readonly status: FeedStatus }
  | { readonly type: 'summary'; readonly at: number; readonly stats: Summary }
  | { readonly type: 'hubs'; readonly hubs: readonly Hub[] }
  | { readonly type: 'task'; readonly task: Task }
  | {
      readonly type: 'tasks';
      /** A list that was asked for. */
      readonly tasks: readonly Task[];
      /** What was known when it was: what events have said since then is newer than the list. */
      readonly known: LiveState['tasks'];
    }
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  | { readonly type: 'health-status'; readonly status: FeedStatus };

/** How much of the past charts show. */
export const HISTORY_MS = 60_000;
/** Tasks that are kept for the list. */
export const TASKS_MAX = 200;

export const nothingYet: LiveState = {
  status: 'connecting',
  stats: undefined,
  skippedTaskEvents: 0,
  history: [],
  hubs: undefined,
  tasks: undefined,
  verdict: undefined,
  healthStatus: 'connecting',
};

/** The state after one more event. */
export function after(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case 'status':
      return { ...state, status: event.status };
    case 'summary': {
      const { skippedTaskEvents = 0, ...stats } = event.stats;
      return { ...state, stats, skippedTaskEvents, history: withMoment(state.history, event.at, stats) };
    }
    case 'hubs':
      return { ...state, hubs: event.hubs };
    case 'task':
      return { ...state, tasks: withTask(state.tasks ?? [], event.task) };
    case 'tasks':
      return { ...state, tasks: merged(event.tasks, changedSince(event.known, state.tasks)) };
    case 'verdict':
      return { ...state, verdict: event.verdict, healthStatus: 'live' };
    case 'health-status': {
      // What was found before says nothing any more.
      const verdict = event.status === 'live' ? state.verdict : undefined;
      return { ...state, healthStatus: event.status, verdict };
    }
  }
}

/** Tasks that have ended, in whatever way. */
export function endedOf({ done, failed, cancelled, expired }: NameStats): number {
  return done + failed + cancelled + expired;
}

function withMoment(history: readonly Moment[], at: number, stats: Stats): readonly Moment[] {
  const { queued, running, tasks } = stats;
  const ended = tasks.reduce((sum, name) => sum + endedOf(name), 0);
  const names = tasks.map(({ name, queued: waiting, oldestWaitMs }) => ({
    name,
    queued: waiting,
    ...(oldestWaitMs === undefined ? {} : { oldestWaitMs }),
  }));
  return [...history.filter((moment) => at - moment.at < HISTORY_MS), { at, queued, running, ended, names }];
}

function withTask(tasks: readonly Task[], task: Task): readonly Task[] {
  const index = tasks.findIndex(({ taskId }) => taskId === task.taskId);
  if (index >= 0) return tasks.with(index, task);
  return [task, ...tasks].toSorted(newestFirst).slice(0, TASKS_MAX);
}

function changedSince(known: LiveState['tasks'], tasks: LiveState['tasks']): readonly Task[] {
  const unchanged = new Set(known);
  return (tasks ?? []).filter((task) => !unchanged.has(task));
}

/** A list, and tasks of which something newer is known. */
function merged(listed: readonly Task[], newer: readonly Task[]): readonly Task[] {
  const ids = new Set(newer.map(({ taskId }) => taskId));
  const others = listed.filter(({ taskId }) => !ids.has(taskId));
  return [...others, ...newer].toSorted(newestFirst).slice(0, TASKS_MAX);
}

function newestFirst(a: Task, b: Task): number {
  return b.submittedAt - a.submittedAt;
}
