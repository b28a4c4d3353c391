import type { ControlCheck, HubProbeReply, HubView, StatsView } from '@penstock/protocol';

/** What a probe of a hub came to. */
export type ProbeResult =
  | { readonly kind: 'answered'; readonly reply: HubProbeReply }
  /** Nobody answered, or somebody who is not the hub that was asked. */
  | { readonly kind: 'missed'; readonly why: string }
  /** It was not asked: it announces no address, or one that may not be dialled. */
  | { readonly kind: 'unprobed'; readonly why: string };

/** What the balancer says of itself. */
export interface BalancerReport {
  readonly check: ControlCheck;
  readonly hubs: readonly HubView[];
  readonly stats: StatsView;
}

/** What one round of probes has found. */
export interface Observation {
  /** Monotonic milliseconds. */
  readonly now: number;
  /** Milliseconds since 1970, for people. */
  readonly wallMs: number;
  /** The health check itself was held up: what it missed in this round proves nothing. */
  readonly isLate: boolean;
  /** `undefined`: it did not answer. */
  readonly balancer: BalancerReport | undefined;
  /** Of each hub that was known when the round began, by its incarnation. */
  readonly probes: ReadonlyMap<string, ProbeResult>;
}

/** When something is given up, and when it is warned of. */
export interface JudgeSettings {
  /** Missed probes in a row after which a hub counts as dead. */
  readonly misses: number;
  /** How often a hub that is well lets the balancer hear of it, in milliseconds. */
  readonly heartbeatMs: number;
  /** An oldest wait above this is warned of while it grows, in milliseconds. */
  readonly waitWarningMs: number;
  /** So many new sessions of a hub within `flapWindowMs` are warned of. */
  readonly flaps: number;
  readonly flapWindowMs: number;
}

/** A hub that is to be given up. */
export interface Down {
  readonly name: string;
  readonly session: HubView['session'];
  readonly incarnation: string;
  readonly reason: string;
}
