/** A hub without its sockets and processes: for a simulation, which brings its own. */
export { drain } from './drain.js';
export { Hub, type HubOptions } from './hub.js';
export { HubLog, type LineLogger } from './hub-log.js';
export type { HeldTask } from './slots/held-task.js';
export type { GroupPlan, SlotGroup } from './slots/slot-group.js';
export type { BalancerLink } from './uplink/balancer-link.js';
export type { SessionHandler } from './uplink/hub-socket.js';
export { Uplink, type UplinkSocket } from './uplink/uplink.js';
export type { WorkerHandle, WorkerListener, WorkerOptions } from './workers/worker-handle.js';
export type { StartWorker } from './workers/workforce.js';
