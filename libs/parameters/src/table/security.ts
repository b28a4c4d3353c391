import { flag } from '../kinds/flag.js';
import { parameter } from '../parameter.js';

/** Who may come in. */
export const security = {
  PENSTOCK_INSECURE: parameter({
    kind: flag(),
    default: false,
    meaning: 'Bind ports that other machines can reach although nobody who calls there is asked who it is.',
    usedBy: ['balancer', 'worker-hub', 'healthcheck', 'monitor'],
  }),
};
