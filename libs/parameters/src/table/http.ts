import { duration } from '../kinds/duration.js';
import { optional } from '../kinds/kind.js';
import { count } from '../kinds/numbers.js';
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
  PENSTOCK_TOKEN_RATE: parameter({
    kind: count('requests'),
    default: 1_000,
    meaning:
      'Requests that a token, together with all sessions of browsers that it has opened, may make in a second at each HTTP port, on the average of ten; more are answered with 429.',
    usedBy: ['balancer', 'worker-hub', 'healthcheck'],
  }),
  LB_SESSION_TTL: parameter({
    kind: duration({ min: '1m', max: '30d' }),
    default: '12h',
    meaning: 'How long a browser stays signed in.',
    usedBy: ['balancer'],
  }),
  LB_HTTPCERT: parameter({
    kind: optional(text('file', 'a file', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning:
      'File of the certificate of the HTTP port of the balancer, in PEM; with LB_HTTPKEY, that port speaks TLS. Whoever dials it believes in this certificate.',
    usedBy: ['balancer', 'client', 'monitor'],
  }),
  LB_HTTPKEY: parameter({
    kind: optional(text('file', 'a file', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning: 'File of the key that belongs to LB_HTTPCERT, in PEM.',
    usedBy: ['balancer'],
  }),
  HC_HTTPCERT: parameter({
    kind: optional(text('file', 'a file', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning: 'The same for the health check; with HC_HTTPKEY.',
    usedBy: ['healthcheck', 'client', 'monitor'],
  }),
  HC_HTTPKEY: parameter({
    kind: optional(text('file', 'a file', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning: 'File of the key that belongs to HC_HTTPCERT, in PEM.',
    usedBy: ['healthcheck'],
  }),
  MONITOR_HTTPCERT: parameter({
    kind: optional(text('file', 'a file', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning: 'The same for the monitor, which browsers dial; with MONITOR_HTTPKEY.',
    usedBy: ['monitor', 'client'],
  }),
  MONITOR_HTTPKEY: parameter({
    kind: optional(text('file', 'a file', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning: 'File of the key that belongs to MONITOR_HTTPCERT, in PEM.',
    usedBy: ['monitor'],
  }),
};
