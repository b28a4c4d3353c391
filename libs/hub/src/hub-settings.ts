import type { HubOptions } from './hub.js';

/** What a hub is to be. */
export interface HubSettings extends Omit<HubOptions, 'clock' | 'random'> {
  readonly name: string;
  /** Where the balancer is. */
  readonly endpoint: string;
  readonly watch: boolean;
  /** How long running tasks may go on while the hub stops. */
  readonly drainTimeoutMs: number;
}
