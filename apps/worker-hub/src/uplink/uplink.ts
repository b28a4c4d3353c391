import {
  hubCancelSchema,
  hubWelcomeSchema,
  Kind,
  parseMessage,
  Pattern,
  PROTOCOL_VERSION,
  type EnvelopeCall,
  type HubHello,
} from '@penstock/protocol';
import type { LossReason, WelcomeTerms } from '@penstock/zmq';
import { hostname } from 'node:os';
import type { HubLog } from '../hub-log.js';
import type { Hub } from '../hub.js';
import type { BalancerLink } from './balancer-link.js';
import { LoadMeter } from './load-meter.js';

/** Who this hub is. */
export interface HubIdentity {
  /** For people. */
  readonly name: string;
  /** Proves that this is the same process as before. */
  readonly incarnation: string;
}

/** The hub's side of its sessions with the balancer: hello, welcome, heartbeats, loss. */
export class Uplink {
  private readonly load = new LoadMeter();
  private beat: NodeJS.Timeout | undefined;

  constructor(
    private readonly hub: Hub,
    private readonly link: BalancerLink,
    private readonly identity: HubIdentity,
    private readonly endpoint: string,
    private readonly log: HubLog,
  ) {}

  /** The hello of a new session. */
  hello(): HubHello {
    const { name, incarnation } = this.identity;
    this.hub.outgoing.onHello();
    return {
      role: 'hub',
      protocol: PROTOCOL_VERSION,
      incarnation,
      host: hostname(),
      pid: process.pid,
      name,
      groups: this.hub.hubGroups,
      leases: this.hub.leases,
    };
  }

  /** @throws PenstockError `INVALID_MESSAGE` */
  onWelcome(data: unknown): WelcomeTerms {
    const welcome = parseMessage(hubWelcomeSchema, data, 'the welcome');
    this.log.connected(this.endpoint);
    // The session is open once this has returned.
    setImmediate(() => {
      if (this.link.live) this.hub.onLive(welcome.revoked);
    });
    clearInterval(this.beat);
    this.beat = setInterval(() => this.tellLoad(), welcome.heartbeatMs);
    return welcome;
  }

  /** The session is no more; the link tries for a new one. */
  onLost(reason: LossReason): void {
    clearInterval(this.beat);
    if (reason === 'session.ended') this.hub.onSessionEnded();
    else this.log.disconnected(reason, this.hub.table.held.size);
  }

  onBatch(kind: number, frames: readonly Uint8Array[]): void {
    if (kind === Kind.dispatch) this.hub.onDispatch(frames);
    else if (kind === Kind.settled) this.hub.onSettled(frames);
  }

  /** @throws PenstockError `INVALID_MESSAGE` */
  onEnvelope({ pattern, data }: EnvelopeCall): void {
    if (pattern === Pattern.hubCancel) this.hub.onCancel(parseMessage(hubCancelSchema, data, pattern));
  }

  /** The hub's groups are others than the balancer was told. */
  tellGroups(): void {
    this.link.event(Pattern.hubGroups, { groups: this.hub.hubGroups });
  }

  close(): void {
    clearInterval(this.beat);
  }

  private tellLoad(): void {
    this.link.event(Pattern.hubHeartbeat, this.load.beat(this.hub.workforce.pids));
  }
}
