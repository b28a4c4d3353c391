import { duration } from '../kinds/duration.js';
import { addressRanges, hostNames } from '../kinds/json.js';
import { optional } from '../kinds/kind.js';
import { count, port } from '../kinds/numbers.js';
import { hostName, ipAddress, webAddress } from '../kinds/words.js';
import { parameter } from '../parameter.js';

/** The health check: what it probes, how often, and when it gives something up. */
export const healthCheck = {
  HC_IP: parameter({
    kind: hostName(),
    default: '127.0.0.1',
    meaning: 'Address of the health check, as monitor and command line dial it.',
    usedBy: ['client', 'monitor'],
  }),
  HC_BIND: parameter({
    kind: ipAddress(),
    default: '127.0.0.1',
    meaning: 'Address that the health check binds its port to.',
    usedBy: ['healthcheck'],
  }),
  HC_HTTPPORT: parameter({
    kind: port(),
    default: 8082,
    meaning: 'Port of the health check: its verdict and its metrics over HTTP.',
    usedBy: ['healthcheck', 'client', 'monitor'],
  }),
  HC_HTTPHOSTS: parameter({
    kind: hostNames(),
    default: [],
    meaning: 'Further host names that HTTP requests to the health check may be addressed to.',
    usedBy: ['healthcheck'],
  }),
  HC_ALLOW: parameter({
    kind: addressRanges(),
    default: ['127.0.0.0/8', '::1'],
    meaning:
      'Addresses that the health check may dial; the word attached stands for all of the networks that its machine is in. A worker hub that announces another one is not probed, and never given up for that.',
    usedBy: ['healthcheck'],
  }),
  HC_INTERVAL: parameter({
    kind: duration({ min: '10ms', max: '1h' }),
    default: '1s',
    meaning: 'How often the balancer and every worker hub are probed.',
    usedBy: ['healthcheck'],
  }),
  HC_TIMEOUT: parameter({
    kind: duration({ min: '10ms', max: '1h' }),
    default: '1s',
    meaning: 'How long a probe waits for its answer. At most HC_INTERVAL.',
    usedBy: ['healthcheck'],
  }),
  HC_MISSES: parameter({
    kind: count('probes', { min: 2 }),
    default: 4,
    meaning: 'Missed probes in a row after which a worker hub is given up and its tasks go to others.',
    usedBy: ['healthcheck'],
  }),
  HC_WAIT_WARNING: parameter({
    kind: duration({ min: '10ms', max: '3650d' }),
    default: '60s',
    meaning: 'An oldest wait of a task name above this is warned of while it grows.',
    usedBy: ['healthcheck'],
  }),
  HC_FLAPS: parameter({
    kind: count('sessions', { min: 2 }),
    default: 3,
    meaning: 'A worker hub that opens this many new sessions within HC_FLAP_WINDOW is warned of.',
    usedBy: ['healthcheck'],
  }),
  HC_FLAP_WINDOW: parameter({
    kind: duration({ min: '10ms', max: '24h' }),
    default: '5m',
    meaning: 'The time over which the new sessions of a worker hub are counted.',
    usedBy: ['healthcheck'],
  }),
  HC_WEBHOOK: parameter({
    kind: optional(webAddress()),
    default: undefined,
    defaultMeaning: 'none',
    meaning: 'Where warnings are posted as JSON when they begin and when they end.',
    usedBy: ['healthcheck'],
  }),
};
