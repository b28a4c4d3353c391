import type { HubGroup } from '@penstock/protocol';
import type { Submission } from '../admission.js';
import type { AttemptError, LeaseLoss } from '../delivery/past.js';
import type { RestoredTask } from '../recovery.js';
import type { RerunEdits } from '../scheduler.js';
import type { SchedulerSettings } from '../settings.js';

/** Version of {@link SchedulerEvent}: raised when an event of before could not be applied as it is. */
export const EVENT_VERSION = 2;

/** A task's id: its 16 bytes as 32 hexadecimal digits. */
export type TaskKey = string;
/** A hub: how many came before it, so that the same process over another session is another hub. */
export type HubKey = number;

/** Who wanted something done, and why; of what people and programs ask for. */
export interface Actor {
  readonly principal?: string;
  readonly reason?: string;
}

/**
 * Everything that can happen to a scheduler, as plain JSON. The same events applied to a scheduler that began the same
 * way lead to the same decisions. What only asks is no event.
 */
export type SchedulerEvent =
  /** The first of all: what the scheduler was made with. */
  | {
      readonly on: 'began';
      readonly version: number;
      readonly epoch: number;
      readonly seed: number;
      readonly settings: SchedulerSettings;
    }
  | At<{ readonly on: 'submit'; readonly id: TaskKey; readonly submission: Submission }>
  | At<{ readonly on: 'restore'; readonly id: TaskKey; readonly restored: RestoredTask }>
  | At<{ readonly on: 'rerun'; readonly id: TaskKey; readonly edits: RerunEdits; readonly by?: Actor }>
  | {
      readonly on: 'joinHub';
      readonly incarnation: string;
      readonly name: string;
      readonly groups: readonly HubGroup[];
    }
  | At<{
      readonly on: 'rejoinHub';
      readonly hub: HubKey;
      readonly groups: readonly HubGroup[];
      readonly held: readonly TaskKey[];
    }>
  | { readonly on: 'setGroups'; readonly hub: HubKey; readonly groups: readonly HubGroup[] }
  | At<{ readonly on: 'loseHub'; readonly hub: HubKey }>
  | At<{
      readonly on: 'adopt';
      readonly hub: HubKey;
      readonly id: TaskKey;
      readonly epoch: number;
      readonly attempt: number;
    }>
  | At<{ readonly on: 'endLimbo' }>
  | { readonly on: 'suspendHub'; readonly hub: HubKey }
  | {
      readonly on: 'setCredit';
      readonly hub: HubKey;
      readonly group: number;
      readonly sequence: number;
      readonly window: number;
    }
  | { readonly on: 'setLoad'; readonly hub: HubKey; readonly cpuPercent: number }
  | At<{ readonly on: 'started'; readonly id: TaskKey; readonly worker: string }>
  | At<{
      readonly on: 'ended';
      readonly id: TaskKey;
      readonly status: number;
      readonly runMs: number;
      readonly resultBytes: number;
      readonly failure?: RecordedFailure;
    }>
  | At<{
      readonly on: 'release';
      readonly id: TaskKey;
      readonly loss: LeaseLoss;
      readonly error?: AttemptError;
    }>
  | At<{ readonly on: 'cancel'; readonly id: TaskKey; readonly by?: Actor }>
  | At<{ readonly on: 'collected'; readonly id: TaskKey }>
  | At<{ readonly on: 'dispatch' }>
  | At<{ readonly on: 'tick' }>;

/** A failure with its error worked out. */
export interface RecordedFailure {
  readonly retryable: boolean;
  readonly timedOut: boolean;
  readonly error?: AttemptError;
}

/** An event that carries its time: monotonic milliseconds. */
type At<Event> = Event & { readonly now: number };
