import { duration } from '../kinds/duration.js';
import { port } from '../kinds/numbers.js';
import { parameter } from '../parameter.js';

/** Parameters of pyLoadBalancer that nothing here reads: its files are accepted with them, and a notice says so. */
export const seed = {
  SOCKET_TIMEOUT: parameter({
    kind: duration({ min: '0ms', max: '24h' }),
    default: '500ms',
    meaning: 'In pyLoadBalancer, how long its sockets wait for an answer.',
    usedBy: [],
    unused: 'no socket here waits in lockstep for an answer; HEARTBEAT_TIMEOUT says when a peer is lost',
  }),
  WKHUB_LBPORT: parameter({
    kind: port(),
    default: 8300,
    meaning: 'In pyLoadBalancer, the port on which a hub takes tasks.',
    usedBy: [],
    unused: 'worker hubs dial the balancer and take tasks over that connection',
  }),
};
