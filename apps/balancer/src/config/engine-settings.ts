import { randomInt } from 'node:crypto';
import type { ParameterValues } from '@penstock/parameters';
import type { EngineSettings } from '@penstock/engine';
import { defaultSettings } from '@penstock/scheduler';

/** The engine's settings as the parameters have them. */
export function engineSettings(parameters: ParameterValues, epoch: number, version: string): EngineSettings {
  return {
    epoch,
    idSalt: randomInt(2 ** 32),
    version,
    payloadBytesMax: parameters.LB_PAYLOAD_MAX,
    windowTasks: parameters.LB_WINDOW_TASKS,
    windowBytes: parameters.LB_WINDOW_BYTES,
    feedSize: parameters.LB_EVENTS_RING,
    times: {
      heartbeatMs: parameters.HEARTBEAT_INTERVAL,
      lostMs: parameters.HEARTBEAT_TIMEOUT,
      graceMs: parameters.LB_DISCONNECT_GRACE,
    },
    scheduler: {
      ...defaultSettings,
      queuedPerUser: Math.max(0, parameters.LB_QUEING_MAXPERUSER),
      queuedMax: parameters.LB_QUEUE_MAX,
      payloadBytesMax: parameters.LB_QUEUE_MAXBYTES,
      namesMax: parameters.LB_TASKNAMES_MAX,
      usersMax: parameters.LB_USERS_MAX,
      classesMax: parameters.LB_BANDS_MAX,
      queuedTtlMs: parameters.LB_QUEUED_TTL,
      finishedTtlMs: parameters.LB_FINISHED_TTL,
      collectedTtlMs: parameters.LB_COLLECTED_TTL,
      cancelledTtlMs: parameters.LB_CANCELLED_TTL,
      finishedMax: parameters.LB_FINISHED_MAX,
      finishedBytesMax: parameters.LB_FINISHED_MAXBYTES,
    },
  };
}
