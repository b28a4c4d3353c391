import type { HubGroup, ProbeAddress } from '@penstock/protocol';
import type { Hub } from '@penstock/scheduler';
import type { ClientOutbox } from './egress/client-outbox.js';
import type { HubOutbox } from './egress/hub-outbox.js';
import type { ResultFlow } from './egress/result-flow.js';
import type { SessionOutbox } from './egress/session-outbox.js';
import type { Principal } from './principal.js';

/** What both kinds of session have. Times are monotonic milliseconds. */
interface SessionBase {
  /** Its number within the balancer's epoch. */
  readonly number: number;
  /** Routing id of the connection on which it was opened; frames from any other do not count. */
  readonly peer: Uint8Array;
  /** The process at the other end. */
  readonly incarnation: string;
  /** Whose key it has; `undefined` where there are no keys. */
  readonly principal: Principal | undefined;
  readonly host: string;
  readonly pid: number;
  readonly openedAt: number;
  readonly outbox: SessionOutbox;
  lastHeardAt: number;
  /** When its connection was seen to be gone; the session waits a grace for the peer to come back. */
  disconnectedAt: number | undefined;
  /** False once it has ended; whoever still refers to it must not talk to it. */
  isOpen: boolean;
}

/** A client's session. */
export interface ClientSession extends SessionBase {
  readonly role: 'client';
  readonly outbox: ClientOutbox;
  /** Its window: how many tasks, and how many payload bytes, it may have handed in and not collected. */
  readonly windowTasks: number;
  readonly windowBytes: number;
  /** Tasks handed in and not collected. */
  openTasks: number;
  /** Their payload bytes. */
  openBytes: number;
  /** What it was sent and has not collected, and what waits for that. */
  readonly results: ResultFlow;
}

/** A hub's session: its lease on all that it holds. */
export interface HubSession extends SessionBase {
  readonly role: 'hub';
  readonly outbox: HubOutbox;
  readonly hub: Hub;
  /** As it announced them last. */
  groups: readonly HubGroup[];
  /** Where it answers probes, and its port for health and metrics over HTTP. */
  readonly probe: ProbeAddress | undefined;
  readonly httpPort: number | undefined;
  /** Load of its machine in per cent, and of its workers' processes by their names. */
  cpu: number;
  workerCpu: Readonly<Record<string, number>>;
}

export type Session = ClientSession | HubSession;
