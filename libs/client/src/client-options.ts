import { PeerKey } from '@penstock/keys';
import { PenstockError } from '@penstock/protocol';
import type { ConnectionOptions } from './connection.js';
import type { OutboxBounds } from './outbox.js';

/** Options of a `TaskClient`. */
export interface TaskClientOptions {
  /** Where the balancer is. Default `127.0.0.1`. */
  readonly host?: string;
  /** The balancer's LB_CLIENTPULLPORT. Default 5799. */
  readonly port?: number;
  /** Instead of host and port: `tcp://host:port`, `ipc://path` or `inproc://name`. */
  readonly endpoint?: string;
  /**
   * Where the balancer has keys: the file of the key with which this client shows who it is, as `penstock keys new` makes it
   * (PENSTOCK_KEY), or what was read from it. The connection is encrypted then, and no other balancer is talked to.
   */
  readonly key?: string | PeerKey;
  /** Who this is, for people who look at the balancer; 64 characters of it are told. */
  readonly name?: string;
  /** What may wait here to be handed in; over it, submissions throw `OUTBOX_FULL`. Default 100,000 tasks, 256 MiB. */
  readonly maxPending?: { readonly tasks?: number; readonly bytes?: number };
  /**
   * How long tasks wait for a balancer that cannot be reached, in milliseconds; then all that are open fail with
   * `CONNECTION_LOST`. Default: as long as it takes, with a warning after 5 s.
   */
  readonly connectTimeoutMs?: number;
  /** Told what went wrong without a task of yours being to blame. Default: `process.emitWarning`. */
  readonly onWarning?: (warning: PenstockError) => void;
}

/**
 * The options with their defaults.
 *
 * @throws PenstockError `INVALID_MESSAGE`, `INVALID_KEY`
 */
export function resolveOptions(options: TaskClientOptions): {
  readonly connection: ConnectionOptions;
  readonly bounds: OutboxBounds;
} {
  const { host = '127.0.0.1', port = 5799, name, key, maxPending, connectTimeoutMs = Infinity } = options;
  const { endpoint = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}` } = options;
  const { tasks = 100_000, bytes = 256 * 1024 * 1024 } = maxPending ?? {};
  requirePositive('maxPending.tasks', tasks);
  requirePositive('maxPending.bytes', bytes);
  requirePositive('connectTimeoutMs', connectTimeoutMs);
  const { onWarning = emitWarning } = options;
  return {
    connection: {
      endpoint,
      key: typeof key === 'string' ? PeerKey.read(key) : key,
      name: name?.slice(0, 64),
      connectTimeoutMs,
      onWarning,
    },
    bounds: { tasks, bytes },
  };
}

function requirePositive(option: string, value: number): void {
  if (value > 0) return;
  throw new PenstockError('INVALID_MESSAGE', `${option} is a number above 0, not ${String(value)}`);
}

function emitWarning(warning: PenstockError): void {
  process.emitWarning(warning.message, { type: 'PenstockWarning', code: warning.code });
}
