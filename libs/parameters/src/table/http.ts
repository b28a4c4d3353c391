import { duration } from '../kinds/duration.js';
import { optional } from '../kinds/kind.js';
import { text } from '../kinds/words.js';
import { parameter } from '../parameter.js';

/** Who is let in over HTTP. */
export const http = {
  PENSTOCK_TOKENS: parameter({
    kind: optional(text('folder', 'a folder', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning:
      'Folder of the tokens that the HTTP ports know, and of the key that signs sessions of browsers. "penstock tokens init" makes one; changes are taken without a restart.',
    usedBy: ['balancer', 'worker-hub', 'healthcheck', 'client'],
  }),
  PENSTOCK_TOKEN_FILE: parameter({
    kind: optional(text('file', 'a file', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning: 'File with the token that commands show to the HTTP ports.',
    usedBy: ['client'],
  }),
  LB_SESSION_TTL: parameter({
    kind: duration({ min: '1m', max: '30d' }),
    default: '12h',
    meaning: 'How long a browser stays signed in.',
    usedBy: ['balancer'],
  }),
};
