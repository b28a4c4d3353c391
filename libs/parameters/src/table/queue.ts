import { count } from '../kinds/numbers.js';
import { size } from '../kinds/size.js';
import { parameter } from '../parameter.js';

/** Bounds of what the balancer takes in. Over each of them it refuses, with an error that names the bound. */
export const queue = {
  LB_QUEING_MAXPERUSER: parameter({
    kind: count('tasks, 0 or less for no bound', { min: Number.MIN_SAFE_INTEGER }),
    default: 1000,
    meaning: 'Queued tasks of one user; running ones do not count.',
    usedBy: ['balancer'],
  }),
  LB_QUEUE_MAX: parameter({
    kind: count('tasks'),
    default: 2_000_000,
    meaning: 'Queued tasks of all users together.',
    usedBy: ['balancer'],
  }),
  LB_QUEUE_MAXBYTES: parameter({
    kind: size({ min: '1MiB', max: '1TiB' }),
    default: '1GiB',
    meaning: 'Payloads of unfinished tasks held in memory.',
    usedBy: ['balancer'],
  }),
  LB_TASKNAMES_MAX: parameter({
    kind: count('task names'),
    default: 1024,
    meaning: 'Different task names known at once.',
    usedBy: ['balancer'],
  }),
  LB_BANDS_MAX: parameter({
    kind: count('bands'),
    default: 256,
    meaning: 'Different priority bands (pairs of minP and maxP) that worker hubs may announce.',
    usedBy: ['balancer'],
  }),
  LB_USERS_MAX: parameter({
    kind: count('users'),
    default: 100_000,
    meaning: 'Users with tasks at once.',
    usedBy: ['balancer'],
  }),
  LB_PAYLOAD_MAX: parameter({
    kind: size({ min: '1KiB', max: '1GiB' }),
    default: '16MiB',
    meaning: 'One payload: the input of a task, or its result. The same for the balancer and its hubs.',
    usedBy: ['balancer', 'worker-hub'],
  }),
  LB_WINDOW_TASKS: parameter({
    kind: count('tasks'),
    default: 8192,
    meaning: 'Unfinished tasks of one client connection; a client waits when its window is full.',
    usedBy: ['balancer'],
  }),
  LB_WINDOW_BYTES: parameter({
    kind: size({ min: '1KiB', max: '1TiB' }),
    default: '64MiB',
    meaning:
      'Payloads of the unfinished tasks of one client connection, and results that it was sent and has not collected: so much of each. At least LB_PAYLOAD_MAX.',
    usedBy: ['balancer'],
  }),
};
