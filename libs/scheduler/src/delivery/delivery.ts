import type { SchedulerSettings } from '../settings.js';
import type { Task } from '../task.js';
import { backOffMs } from './back-off.js';
import type { Chance } from './chance.js';
import type { EndCause } from './end-cause.js';
import type { AttemptError, LeaseLoss } from './past.js';

/** What a hub tells of a failure. */
export interface Failure {
  /** Whether another attempt may be of use. */
  readonly retryable: boolean;
  /** The attempt took longer than it may. */
  readonly timedOut: boolean;
  /** Its error. Asked for when the task goes on, since the report is in what it leaves behind. */
  readonly error?: () => AttemptError | undefined;
}

/** What a failure comes to: the task ends for a cause, or is tried again after so many milliseconds. */
export type Verdict = EndCause | number;

/** Applies the rules by which a task is delivered: what an attempt that came to nothing means for its task. */
export class Delivery {
  constructor(
    private readonly settings: SchedulerSettings,
    private readonly chance: Chance,
  ) {}

  /** An attempt has failed. */
  judgeFailure(task: Task, { retryable }: Failure): Verdict {
    const { story } = task;
    if (story?.rules === undefined) return 'failed';
    story.failures += 1;
    const { maxAttempts = 1 } = story.rules;
    if (maxAttempts === 1 || task.cancelling || story.isExpiring) return 'failed';
    if (story.failures >= maxAttempts) return 'attempts-exhausted';
    return retryable ? backOffMs(story.rules, story.failures, this.chance) : 'not-retryable';
  }

  /** An attempt has ended without an outcome. @returns why its task ends with it; `undefined` = it does not */
  judgeLoss(task: Task, loss: LeaseLoss, hasBegun: boolean): EndCause | undefined {
    if (loss === 'returned' || loss === 'undelivered') return undefined;
    const story = task.ensureStory();
    if (loss === 'worker-lost') story.crashes += 1;
    else if (loss === 'hub-lost' && hasBegun) story.hubLosses += 1;
    // A hub that is gone cannot say that it did not begin.
    if (story.rules?.onWorkerLoss === 'fail') return 'worker-lost';
    const { crashesMax, hubLossesMax } = this.settings;
    return story.crashes >= crashesMax || story.hubLosses >= hubLossesMax ? 'quarantined' : undefined;
  }
}
