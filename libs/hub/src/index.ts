export type { HubOptions } from './hub.js';
export type { HubSettings } from './hub-settings.js';
export type { GroupPlan } from './slots/slot-group.js';
export { startWorkerHub, type WorkerHub } from './worker-hub.js';
