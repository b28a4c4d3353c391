export { Admission, type Load, type Refusal, type Submission } from './admission.js';
export type { Effects, RequeueCause } from './effects.js';
export { checkInvariants } from './invariants.js';
export { waitingReason, withoutWorker } from './explain.js';
export { Scheduler, type CancelledFrom } from './scheduler.js';
export { defaultSettings, type SchedulerSettings } from './settings.js';
export { isFinal, transitions, type Task } from './task.js';
export type { Group } from './workers/group.js';
export type { Hub } from './workers/hub.js';
