import { duration } from '../kinds/duration.js';
import { count } from '../kinds/numbers.js';
import { size } from '../kinds/size.js';
import { parameter } from '../parameter.js';

const ttl = duration({ min: '1ms', max: '3650d' });

/** What the balancer keeps, how much of it, and for how long. */
export const retention = {
  LB_QUEUED_TTL: parameter({
    kind: ttl,
    default: '48h',
    meaning: 'How long after its submission a task that has not finished expires; its client is told.',
    usedBy: ['balancer'],
  }),
  LB_FINISHED_TTL: parameter({
    kind: ttl,
    default: '10m',
    meaning: 'How long a result waits to be collected by its client.',
    usedBy: ['balancer'],
  }),
  LB_COLLECTED_TTL: parameter({
    kind: ttl,
    default: '60s',
    meaning: 'How long a result is kept once its client has collected it. Each collection starts it anew.',
    usedBy: ['balancer'],
  }),
  LB_CANCELLED_TTL: parameter({
    kind: ttl,
    default: '2m',
    meaning: 'How long a cancelled task is remembered as cancelled.',
    usedBy: ['balancer'],
  }),
  LB_FINISHED_MAX: parameter({
    kind: count('tasks'),
    default: 100_000,
    meaning: 'Finished tasks kept at once; over it the oldest go before their time.',
    usedBy: ['balancer'],
  }),
  LB_FINISHED_MAXBYTES: parameter({
    kind: size({ min: '1MiB', max: '1TiB' }),
    default: '256MiB',
    meaning: 'Results of finished tasks held in memory; over it the oldest go before their time.',
    usedBy: ['balancer'],
  }),
  LB_DEAD_TTL: parameter({
    kind: ttl,
    default: '168h',
    meaning: 'How long a task that failed or expired is kept with its payload, so that it can be run again.',
    usedBy: ['balancer'],
  }),
  LB_DEAD_MAX: parameter({
    kind: count('tasks'),
    default: 10_000,
    meaning: 'Failed and expired tasks kept at once; over it the oldest go before their time.',
    usedBy: ['balancer'],
  }),
  LB_DEAD_MAXBYTES: parameter({
    kind: size({ min: '1MiB', max: '1TiB' }),
    default: '256MiB',
    meaning: 'Payloads and errors of those; over it the oldest go before their time.',
    usedBy: ['balancer'],
  }),
  LB_IDEMPOTENCY_WINDOW: parameter({
    kind: ttl,
    default: '24h',
    meaning:
      'How long after its end a task that has an idempotency key is known, so that the same key is the same task.',
    usedBy: ['balancer'],
  }),
  LB_RECORD_TTL: parameter({
    kind: ttl,
    default: '1h',
    meaning: 'How long after its end a done task is shown whose result is not kept any longer.',
    usedBy: ['balancer'],
  }),
  LB_RECORDS_MAX: parameter({
    kind: count('tasks', { min: 0 }),
    default: 10_000,
    meaning: 'Such tasks shown at once; over it the oldest go before their time. In memory alone.',
    usedBy: ['balancer'],
  }),
  LB_EVENTS_RING: parameter({
    kind: count('events'),
    default: 10_000,
    meaning:
      'Latest events kept for watchers that reconnect: one that says which it saw last (Last-Event-ID) misses none of these.',
    usedBy: ['balancer'],
  }),
};
