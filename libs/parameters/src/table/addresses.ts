import { hostNames } from '../kinds/json.js';
import { port } from '../kinds/numbers.js';
import { hostName, ipAddress } from '../kinds/words.js';
import { parameter } from '../parameter.js';

/** Where the parts meet. */
export const addresses = {
  LB_IP: parameter({
    kind: hostName(),
    default: '127.0.0.1',
    meaning: 'Address of the balancer, as all others dial it.',
    usedBy: ['worker-hub', 'client', 'healthcheck', 'monitor'],
  }),
  LB_BIND: parameter({
    kind: ipAddress(),
    default: '127.0.0.1',
    meaning:
      'Address that the balancer binds its ports to. 127.0.0.1 is reached from this machine alone, 0.0.0.0 from every network it is in.',
    usedBy: ['balancer'],
  }),
  LB_CLIENTPULLPORT: parameter({
    kind: port(),
    default: 5799,
    meaning: 'Port of the balancer for clients. 0 takes any free port, which suits tests.',
    usedBy: ['balancer', 'client'],
  }),
  LB_WKPULLPORT: parameter({
    kind: port(),
    default: 5699,
    meaning: 'Port of the balancer for worker hubs.',
    usedBy: ['balancer', 'worker-hub'],
  }),
  LB_HCREPPORT: parameter({
    kind: port(),
    default: 5999,
    meaning: 'Port of the balancer for control: health check and command line.',
    usedBy: ['balancer', 'client', 'healthcheck'],
  }),
  LB_HTTPPORT: parameter({
    kind: port(),
    default: 8080,
    meaning: 'Port of the balancer for its HTTP API, its event stream and its metrics.',
    usedBy: ['balancer', 'client', 'monitor'],
  }),
  LB_HTTPHOSTS: parameter({
    kind: hostNames(),
    default: [],
    meaning:
      'Further host names that HTTP requests may be addressed to. Requests with other names in their Host header are refused, so that no foreign web site reaches the balancer through a browser.',
    usedBy: ['balancer'],
  }),
};
