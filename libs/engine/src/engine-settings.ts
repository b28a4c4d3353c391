import type { SchedulerSettings } from '@penstock/scheduler';
import type { SessionBounds, SessionTimes } from './sessions.js';

/** All that an operator chose, as the engine wants it. */
export interface EngineSettings {
  readonly scheduler: SchedulerSettings;
  readonly times: SessionTimes;
  /** Of clients and of hubs each. Default: no bound. */
  readonly sessionBounds?: SessionBounds;
  /** Rises at each start of the balancer. */
  readonly epoch: number;
  /** 32 bits that nobody outside knows: what ids collide cannot be worked out. */
  readonly idSalt: number;
  /** The balancer's version, for people. */
  readonly version: string;
  /** Largest payload in bytes. */
  readonly payloadBytesMax: number;
  /** A client's window: tasks and payload bytes handed in and not collected. */
  readonly windowTasks: number;
  readonly windowBytes: number;
  /** What a task's acknowledgement promises if the task does not say what it wants; `disk` needs a journal. */
  readonly durability: 'memory' | 'disk';
  /** How long hubs have to come back after a restart with what they held, in milliseconds. */
  readonly reattachMs: number;
  /** Events kept for watchers that come back. */
  readonly feedSize: number;
}
