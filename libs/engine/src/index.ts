export { viewHubs, viewStats } from './control-view.js';
export { Engine, type EnginePorts } from './engine.js';
export type { EngineSettings } from './engine-settings.js';
export type { Feed, FeedEvent } from './feed.js';
export type { Log } from './log.js';
export type { Partition } from './partition.js';
export type { RerunChanges } from './reruns.js';
export type { PeerSender } from './egress/peer-sender.js';
export type { ClientSession, HubSession } from './session.js';
