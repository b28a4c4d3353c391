import { flag } from '../kinds/flag.js';
import { optional } from '../kinds/kind.js';
import { count } from '../kinds/numbers.js';
import { text } from '../kinds/words.js';
import { parameter } from '../parameter.js';

/** Who may come in. */
export const security = {
  PENSTOCK_KEYS: parameter({
    kind: optional(text('folder', 'a folder', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning:
      "Folder of the balancer's own key and of the list of keys that it admits, as `penstock keys init` makes it. With it, the ZeroMQ ports are encrypted and open to nobody else. The list is read anew when it changes.",
    usedBy: ['balancer'],
  }),
  PENSTOCK_KEY: parameter({
    kind: optional(text('file', 'a file', 4_096)),
    default: undefined,
    defaultMeaning: 'none',
    meaning:
      'File of the key with which this part shows the balancer who it is; it holds the public key of the balancer as well, and no other balancer is talked to.',
    usedBy: ['worker-hub', 'client', 'healthcheck'],
  }),
  PENSTOCK_INSECURE: parameter({
    kind: flag(),
    default: false,
    alias: 'insecure',
    meaning:
      'Bind ports that other machines can reach although nobody who calls there is asked who it is. Also --insecure.',
    usedBy: ['balancer', 'worker-hub', 'healthcheck', 'monitor'],
  }),
  LB_CONNECTIONS_MAX: parameter({
    kind: count('connections'),
    default: 10_000,
    meaning:
      'Connections that each ZeroMQ port of the balancer may have at a time, those in their handshake not counted. More are turned away at its end.',
    usedBy: ['balancer'],
  }),
  LB_KEY_CONNECTIONS_MAX: parameter({
    kind: count('connections'),
    default: 5_000,
    meaning:
      'Of these, connections that the holders of one key may have, whether they say anything or not: less than all, so that they cannot keep others out.',
    usedBy: ['balancer'],
  }),
  LB_SESSIONS_MAX: parameter({
    kind: count('sessions'),
    default: 10_000,
    meaning: 'Sessions that clients, and as many that worker hubs, may have open at a time.',
    usedBy: ['balancer'],
  }),
  LB_KEY_SESSIONS_MAX: parameter({
    kind: count('sessions'),
    default: 5_000,
    meaning: 'Sessions that the holders of one key may have open at a time.',
    usedBy: ['balancer'],
  }),
  LB_CALLS_PER_SECOND: parameter({
    kind: count('calls'),
    default: 1_000,
    meaning:
      'Calls (hello, status, cancel, control) that one connection may make in a second, on the average of ten. Tasks and results are no calls.',
    usedBy: ['balancer'],
  }),
  LB_KEY_CALLS_PER_SECOND: parameter({
    kind: count('calls'),
    default: 5_000,
    meaning:
      'The same of all holders of one key together, however many connections they have. All of its sessions may come back at once.',
    usedBy: ['balancer'],
  }),
};
