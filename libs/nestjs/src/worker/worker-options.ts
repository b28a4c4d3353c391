import type { GroupPlan, HubSettings } from '@penstock/hub';
import { PeerKey } from '@penstock/keys';
import { availableParallelism, hostname } from 'node:os';
import type { WorkerContext } from './context-location.js';

/** Workers that are alike. */
export interface WorkerGroupOptions {
  /** Worker processes, each with one task at a time. Default: one for each processor. */
  readonly workers?: number;
  /** Instead of processes: this many tasks at a time in one thread of the application, for tasks that mostly wait. */
  readonly inline?: number;
  /** Only tasks of this priority and above. */
  readonly minPriority?: number;
  /** Only tasks of this priority and below. */
  readonly maxPriority?: number;
  /** Scheduling niceness of the processes, 0 to 19. Default 0. */
  readonly niceness?: number;
  /** Only tasks of these names. */
  readonly tasks?: readonly string[];
}

/** Options of a `PenstockWorkerModule`. */
export interface PenstockWorkerOptions extends WorkerGroupOptions {
  /**
   * The module that workers boot, and no other: `() => import('./tasks.module.js')`, relative to the file that calls
   * `forRoot`, or `new URL('./tasks.module.js', import.meta.url)`. The file exports it as its default or as its only
   * module. It has 30 s to boot.
   */
  readonly context: WorkerContext;
  /** Where the balancer is. Default `127.0.0.1`. */
  readonly host?: string;
  /** The balancer's LB_WKPULLPORT. Default 5699. */
  readonly port?: number;
  /**
   * Where the balancer has keys: the file of a key with the role worker, as `penstock keys new` makes it (PENSTOCK_KEY), or
   * what was read from it.
   */
  readonly key?: string | PeerKey;
  /** What to call this hub. Default: the machine's name. */
  readonly name?: string;
  /** Several groups of workers, instead of the one that the options themselves describe. */
  readonly groups?: readonly WorkerGroupOptions[];
  /** Fixed arguments by task name; handlers find them in their context. */
  readonly arguments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** How long running tasks may go on when the application stops, in milliseconds. Default 30,000. */
  readonly drainTimeoutMs?: number;
  /** How long a cancelled handler may go on before it is killed, in milliseconds. Default 5,000. */
  readonly cancelGraceMs?: number;
  /** The largest result in bytes: the balancer's LB_PAYLOAD_MAX. Default 16 MiB. */
  readonly payloadBytesMax?: number;
  /**
   * The port for the health check's probes. Without it the balancer's own lease tells when this hub is gone. Other machines
   * reach it only where there is a `key`, or where `insecure` says so.
   */
  readonly probe?: HubSettings['probe'];
  /** Open the probe port to other machines although nobody who calls there is asked who it is. Default false. */
  readonly insecure?: boolean;
}

const LINE_MAX = 16_384;

const groupOptions = ['workers', 'inline', 'minPriority', 'maxPriority', 'niceness', 'tasks'] as const;

/**
 * The hub that the options describe.
 *
 * @throws RangeError, PenstockError `INVALID_KEY`
 */
export function hubSettings(options: PenstockWorkerOptions, moduleUrl: string): HubSettings {
  const { host = '127.0.0.1', port = 5699, name = hostname(), key, probe, groups = [options] } = options;
  const doubled = groupOptions.filter(
    (option) => options.groups !== undefined && options[option] !== undefined,
  );
  if (doubled.length > 0) {
    throw new RangeError(`"${doubled.join('", "')}" beside "groups" says nothing: it belongs into a group`);
  }
  if (groups.length === 0) throw new RangeError('"groups" is an empty list: no workers, no tasks');
  if (probe !== undefined && key === undefined && options.insecure !== true && !isLoopback(probe.bind)) {
    throw new RangeError(
      `"probe.bind" is ${probe.bind}: other machines could reach it, and nobody asks who they are: set "key" to the file of a key with the role worker, or say "insecure: true" to go without`,
    );
  }
  return {
    name,
    endpoint: `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ...(key === undefined ? {} : { key: typeof key === 'string' ? PeerKey.read(key) : key }),
    watch: false,
    isGuest: true,
    drainTimeoutMs: options.drainTimeoutMs ?? 30_000,
    groups: groups.map(groupPlan),
    slots: { cancelGraceMs: options.cancelGraceMs ?? 5_000, prefetchMs: 20, aheadMax: 4_096 },
    workers: {
      source: { loader: new URL('context-loader.js', import.meta.url).href, argument: moduleUrl },
      importDeadlineMs: 10_000,
      arguments: options.arguments ?? {},
      resultBytesMax: options.payloadBytesMax ?? 16 * 1024 * 1024,
      lineMax: LINE_MAX,
    },
    ...(probe === undefined ? {} : { probe }),
  };
}

/** Whether an address is reached from this machine alone. */
function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.');
}

function groupPlan(group: WorkerGroupOptions, index: number): GroupPlan {
  const { workers, inline, minPriority, maxPriority, niceness = 0, tasks } = group;
  if (inline !== undefined && workers !== undefined) {
    throw new RangeError('a group has "workers" or is "inline", not both: use "groups" for several');
  }
  const slots = inline ?? workers ?? availableParallelism();
  if (!Number.isSafeInteger(slots) || slots < 1) {
    throw new RangeError(
      `"${inline === undefined ? 'workers' : 'inline'}" is a whole number from 1, not ${slots}`,
    );
  }
  if (!Number.isSafeInteger(niceness) || niceness < 0 || niceness > 19) {
    throw new RangeError(`"niceness" is a whole number from 0 to 19, not ${niceness}`);
  }
  if ((minPriority ?? -Infinity) > (maxPriority ?? Infinity)) {
    throw new RangeError(`no priority is from ${minPriority} to ${maxPriority}`);
  }
  return {
    name: `group-${index + 1}`,
    kind: inline === undefined ? 'process' : 'inline',
    slots,
    minPriority: minPriority ?? null,
    maxPriority: maxPriority ?? null,
    niceness,
    tasks: tasks ?? null,
  };
}
