import { duration } from '../kinds/duration.js';
import { parameter } from '../parameter.js';

/** When a peer counts as lost. */
export const liveness = {
  HEARTBEAT_INTERVAL: parameter({
    kind: duration({ min: '10ms', max: '1h' }),
    default: '1s',
    meaning: 'The balancer and its peers send one another something at least this often.',
    usedBy: ['balancer'],
  }),
  HEARTBEAT_TIMEOUT: parameter({
    kind: duration({ min: '30ms', max: '24h' }),
    default: '10s',
    meaning:
      'Silence for this long means that a peer is lost: the tasks of a lost worker hub go to other workers. At least 3 times HEARTBEAT_INTERVAL.',
    usedBy: ['balancer'],
  }),
  LB_DISCONNECT_GRACE: parameter({
    kind: duration({ min: '0ms', max: '24h' }),
    default: '2s',
    meaning:
      'How long the tasks of a worker hub whose connection broke wait for it to come back before they go to other workers.',
    usedBy: ['balancer'],
  }),
};
