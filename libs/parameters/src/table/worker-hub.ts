import { duration } from '../kinds/duration.js';
import { flag } from '../kinds/flag.js';
import { hostNames, taskArguments, textList } from '../kinds/json.js';
import { optional } from '../kinds/kind.js';
import { port } from '../kinds/numbers.js';
import { size } from '../kinds/size.js';
import { hostName, ipAddress, text } from '../kinds/words.js';
import { workerGroupList } from '../kinds/worker-groups.js';
import { parameter } from '../parameter.js';

/** The worker hub: its workers and their tasks. */
export const workerHub = {
  WKHUB_WORKERS: parameter({
    kind: workerGroupList(),
    default: [],
    defaultMeaning: '[], which is one group of as many workers as the machine has processors',
    meaning:
      'Groups of workers. The keys of a group are nWorkers, minP, maxP, processP, name and tasks; those of one without processes are inline, concurrency, minP, maxP, name and tasks.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_TASKS: parameter({
    kind: text('folder', 'a folder', 4_096),
    default: 'tasks',
    meaning: 'Folder of the task files, one task a file; relative to the working directory.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_WATCH: parameter({
    kind: flag(),
    default: false,
    meaning: 'Watch that folder and pick up changed task files. Without it the hub does so on SIGHUP.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_ARGUMENTS: parameter({
    kind: taskArguments(),
    default: {},
    meaning:
      'Fixed arguments by task name, such as {"thumbnail": {"width": 200}}: each handler gets its own.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_NAME: parameter({
    kind: optional(text('name', 'a name', 128)),
    default: undefined,
    defaultMeaning: "the machine's host name",
    meaning: 'Name of the hub, for people.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_CANCEL_GRACE: parameter({
    kind: duration({ min: '0ms', max: '1h' }),
    default: '5s',
    meaning: 'How long a cancelled handler may take to end before its process is killed.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_DRAIN_TIMEOUT: parameter({
    kind: duration({ min: '0ms', max: '24h' }),
    default: '30s',
    meaning: 'How long a hub that stops lets running tasks finish before it hands them back.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_PREFETCH_MS: parameter({
    kind: duration({ min: '0ms', max: '10s' }),
    default: '20ms',
    meaning:
      'Work kept ahead for each worker, of tasks measured to be short, so that it need not wait for the next one. 0 keeps none.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_CONFINE: parameter({
    kind: optional(flag()),
    default: undefined,
    defaultMeaning: 'true where PENSTOCK_KEY is given, so that handlers do not reach that key',
    meaning:
      'Confine handlers: they may read task files, packages and temporary files, write temporary ones, and get few variables of the environment; what they need beside that the following parameters give them.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_READ: parameter({
    kind: textList('folders and files'),
    default: [],
    meaning: 'Folders and files that confined handlers may read; relative to the working directory.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_WRITE: parameter({
    kind: textList('folders and files'),
    default: [],
    meaning:
      'Folders and files that confined handlers may read and write; relative to the working directory.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_ALLOW: parameter({
    kind: textList('freedoms', ['child-process', 'addons', 'wasi']),
    default: [],
    meaning:
      'What confined handlers may do that gets round the rest: start programs, load native addons, use WASI.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_ENV: parameter({
    kind: textList('names of variables'),
    default: [],
    meaning:
      'Variables of the environment that confined handlers get beside the usual ones, such as PATH and TZ.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_NO_NETWORK: parameter({
    kind: textList('names of task files'),
    default: [],
    meaning:
      'Task files that run without a network whatever they say of themselves, such as ["thumbnail.ts"]; ["*"] = all. Where that cannot be had the hub does not start.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_NO_FILES: parameter({
    kind: textList('names of task files'),
    default: [],
    meaning:
      'Task files that run without files, programs and threads whatever they say of themselves and the parameters above allow; ["*"] = all.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_NETNS: parameter({
    kind: flag(),
    default: true,
    meaning:
      'Start tasks without a network in an empty one of their own (Linux). false: they have that of the hub, of which whoever runs it says that it leads nowhere but to the balancer.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_LOG_LINE_MAX: parameter({
    kind: size({ min: '64B', max: '1MiB' }),
    default: '8KiB',
    meaning: 'Longest line captured from the output of a task; the rest of a longer one is cut off.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_IP: parameter({
    kind: optional(hostName()),
    default: undefined,
    defaultMeaning: "WKHUB_BIND; where that is every address, the machine's first one in a network",
    meaning: 'Address of the worker hub, as the health check dials it.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_BIND: parameter({
    kind: ipAddress(),
    default: '127.0.0.1',
    meaning: 'Address that the worker hub binds its ports to.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_HCPORT: parameter({
    kind: port(),
    default: 8301,
    meaning:
      'Port of the worker hub for the health check; where it is taken, the next free one. 0 takes any free port.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_HTTPPORT: parameter({
    kind: port(),
    default: 8302,
    meaning:
      'Port of the worker hub for its health and its metrics over HTTP; where it is taken, the next free one. 0 takes any free port.',
    usedBy: ['worker-hub'],
  }),
  WKHUB_HTTPHOSTS: parameter({
    kind: hostNames(),
    default: [],
    meaning: 'Further host names that HTTP requests to the worker hub may be addressed to.',
    usedBy: ['worker-hub'],
  }),
};
