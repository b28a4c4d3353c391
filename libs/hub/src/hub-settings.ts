import type { PeerKey } from '@penstock/keys';
import type { HubOptions } from './hub.js';

/** What a hub is to be. */
export interface HubSettings extends Omit<HubOptions, 'clock' | 'timers' | 'random'> {
  readonly name: string;
  /** Where the balancer is. */
  readonly endpoint: string;
  /** Who this hub is, where the balancer has keys. Then its probe port is encrypted as well. */
  readonly key?: PeerKey;
  readonly watch: boolean;
  /** How long running tasks may go on while the hub stops. */
  readonly drainTimeoutMs: number;
  /**
   * Whether it runs within an application of NestJS. Nest has one logger per process, which is then not the hub's to
   * set. Default false.
   */
  readonly isGuest?: boolean;
  /** The port for probes; without it the health check cannot look after this hub. */
  readonly probe?: ProbeSettings;
  /** The port on which the program around the hub serves health and metrics, to be announced. */
  readonly httpPort?: number;
}

/** Where a hub answers probes. */
export interface ProbeSettings {
  /** The IP address to bind. */
  readonly bind: string;
  /** The port, or where that is taken the next free one; 0 = any free one. */
  readonly port: number;
  /** The address under which the health check reaches it. */
  readonly host: string;
}
