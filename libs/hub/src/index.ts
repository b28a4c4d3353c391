export type { HubCounts, HubOptions } from './hub.js';
export type { HubSettings, ProbeSettings } from './hub-settings.js';
export type { GroupPlan } from './slots/slot-group.js';
export { ScoutError } from './catalogue/scout.js';
export { startWorkerHub, type WorkerHub } from './worker-hub.js';
export { IsolationError } from './catalogue/survey.js';
export { ConfinementError, processShapes, type Confinement, type Freedom } from './workers/confinement.js';
export type { ImposedIsolation } from './workers/isolation.js';
