import { hostNames } from '../kinds/json.js';
import { optional } from '../kinds/kind.js';
import { port } from '../kinds/numbers.js';
import { hostName, webAddress } from '../kinds/words.js';
import { parameter } from '../parameter.js';

/** The monitor: the page that shows and controls Penstock. */
export const monitor = {
  MONITOR_IP: parameter({
    kind: hostName(),
    default: '127.0.0.1',
    meaning: 'Address that the monitor binds its port to.',
    usedBy: ['monitor', 'client'],
  }),
  MONITOR_PORT: parameter({
    kind: port(),
    default: 9000,
    meaning: 'Port of the monitor, for browsers.',
    usedBy: ['monitor', 'client'],
  }),
  MONITOR_URL: parameter({
    kind: optional(webAddress()),
    default: undefined,
    defaultMeaning: 'the address and the port of the monitor',
    meaning: 'Where browsers find the monitor, as links to it begin: https://penstock.example, for example.',
    usedBy: ['client'],
  }),
  MONITOR_HTTPHOSTS: parameter({
    kind: hostNames(),
    default: [],
    meaning: 'Further host names under which browsers may open the monitor.',
    usedBy: ['monitor'],
  }),
};
