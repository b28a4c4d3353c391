export type { HubCounts, HubOptions } from './hub.js';
export type { HubSettings, ProbeSettings } from './hub-settings.js';
export type { GroupPlan } from './slots/slot-group.js';
export { ScoutError } from './catalogue/scout.js';
export { startWorkerHub, type WorkerHub } from './worker-hub.js';
export { ConfinementError, processShape, type Confinement, type Freedom } from './workers/confinement.js';
