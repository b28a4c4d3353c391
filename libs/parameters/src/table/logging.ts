import { choice } from '../kinds/words.js';
import { parameter } from '../parameter.js';

/** What the parts write about themselves. */
export const logging = {
  LOG_LEVEL: parameter({
    kind: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace']),
    default: 'info',
    meaning:
      'Messages of this gravity or a greater one are logged. From the greatest: fatal, error, warn, info, debug, trace.',
    usedBy: ['balancer', 'worker-hub', 'healthcheck', 'monitor'],
  }),
  LOG_FORMAT: parameter({
    kind: choice(['pretty', 'json']),
    default: 'pretty',
    meaning: 'Log lines for people (pretty), or one JSON object a line for programs (json).',
    usedBy: ['balancer', 'worker-hub', 'healthcheck', 'monitor'],
  }),
};
