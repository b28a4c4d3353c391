import { optional } from '../kinds/kind.js';
import { choice, text } from '../kinds/words.js';
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
  LB_RECORD: parameter({
    kind: optional(text('file', 'a file', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning:
      'File into which everything is written that happens to the scheduler, a line of JSON each; it grows without end, and is overwritten at the next start. `penstock sim --replay` finds out what went wrong.',
    usedBy: ['balancer'],
  }),
};
