import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import type { ParameterValues } from '@penstock/parameters';
import type { EngineSettings } from '@penstock/engine';

/** The engine's settings as the parameters have them. */
export function engineSettings(parameters: ParameterValues, epoch: number, version: string): EngineSettings {
  const hasJournal = journalFolder(parameters) !== undefined;
  return {
    epoch,
    idSalt: randomInt(2 ** 32),
    version,
    payloadBytesMax: parameters.LB_PAYLOAD_MAX,
    windowTasks: parameters.LB_WINDOW_TASKS,
    windowBytes: parameters.LB_WINDOW_BYTES,
    feedSize: parameters.LB_EVENTS_RING,
    durability: hasJournal ? parameters.PENSTOCK_DURABILITY : 'memory',
    reattachMs: parameters.LB_REATTACH_WINDOW,
    times: {
      heartbeatMs: parameters.HEARTBEAT_INTERVAL,
      lostMs: parameters.HEARTBEAT_TIMEOUT,
      graceMs: parameters.LB_DISCONNECT_GRACE,
    },
    sessionBounds: {
      sessions: parameters.LB_SESSIONS_MAX,
      sessionsPerKey: parameters.LB_KEY_SESSIONS_MAX,
    },
    scheduler: {
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
      deadTtlMs: parameters.LB_DEAD_TTL,
      deadMax: parameters.LB_DEAD_MAX,
      deadBytesMax: parameters.LB_DEAD_MAXBYTES,
      keyedTtlMs: parameters.LB_IDEMPOTENCY_WINDOW,
      recordTtlMs: parameters.LB_RECORD_TTL,
      recordsMax: parameters.LB_RECORDS_MAX,
      crashesMax: parameters.LB_CRASHES_MAX,
      hubLossesMax: parameters.LB_HUB_LOSSES_MAX,
    },
  };
}

/** The folder of the journal, absolute; `undefined` = there is none. */
export function journalFolder({ PENSTOCK_DATA }: ParameterValues): string | undefined {
  return PENSTOCK_DATA === 'none' ? undefined : resolve(PENSTOCK_DATA, 'journal');
}
