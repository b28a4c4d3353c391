import { hostNames } from '../kinds/json.js';
import { port } from '../kinds/numbers.js';
import { hostName } from '../kinds/words.js';
import { parameter } from '../parameter.js';

/** The monitor: the page that shows and controls Penstock. */
export const monitor = {
  MONITOR_IP: parameter({
    kind: hostName(),
    default: '127.0.0.1',
    meaning: 'Address that the monitor binds its port to.',
    usedBy: ['monitor'],
  }),
  MONITOR_PORT: parameter({
    kind: port(),
    default: 9000,
    meaning: 'Port of the monitor, for browsers.',
    usedBy: ['monitor'],
  }),
  MONITOR_HTTPHOSTS: parameter({
    kind: hostNames(),
    default: [],
    meaning: 'Further host names under which browsers may open the monitor.',
    usedBy: ['monitor'],
  }),
};
