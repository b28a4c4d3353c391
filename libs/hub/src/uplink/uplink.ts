import {
  hubWelcomeSchema,
  parseMessage,
  Pattern,
  PROTOCOL_VERSION,
  type HubHello,
  type Identity,
  type PenstockError,
} from '@penstock/protocol';
import type { Timers } from '@penstock/runtime';
import type { LossReason, WelcomeTerms } from '@penstock/zmq';
import type { HubLog } from '../hub-log.js';
import type { Hub } from '../hub.js';
import type { HubSocket, SessionHandler } from './hub-socket.js';
import type { LoadMeter } from './load-meter.js';

/** Who this hub is. */
export interface HubIdentity {
  /** For people. */
  readonly name: string;
  /** Proves that this is the same process as before. */
  readonly incarnation: string;
  /** Its machine and process, for people. */
  readonly host: string;
  readonly pid: number;
  /** Says with which key, where the balancer has keys. */
  readonly prove?: () => Identity;
}

/** What the uplink needs of the connection. */
export type UplinkSocket = Pick<HubSocket, 'endpoint' | 'live' | 'attach' | 'event' | 'close'>;

/** Ports of the hub, as its hello announces them. */
export type AnnouncedPorts = Pick<HubHello, 'probe' | 'httpPort'>;

/** The hub's side of its sessions with the balancer: hello, welcome, heartbeats, loss. */
export class Uplink implements SessionHandler {
  /** The balancer refuses this hub for good. */
  onRefused: (error: Error) => void = () => undefined;
  /** Told by the balancer whose probes may be answered. */
  onHealthKeys: (keys: readonly string[]) => void = () => undefined;
  /** Set before the hub dials. */
  announced: AnnouncedPorts = {};
  private cancelBeat: () => void = () => undefined;

  constructor(
    private readonly hub: Hub,
    private readonly socket: UplinkSocket,
    private readonly identity: HubIdentity,
    private readonly log: HubLog,
    private readonly timers: Timers,
    private readonly load: Pick<LoadMeter, 'beat'>,
  ) {
    socket.attach(this);
  }

  /** The hello of a new session. */
  hello(): HubHello {
    const { name, incarnation, host, pid, prove } = this.identity;
    this.hub.outgoing.onHello();
    return {
      role: 'hub',
      protocol: PROTOCOL_VERSION,
      incarnation,
      host,
      pid,
      name,
      groups: this.hub.hubGroups,
      leases: this.hub.leases,
      ...this.announced,
      ...(prove === undefined ? {} : { identity: prove() }),
    };
  }

  /** @throws PenstockError `INVALID_MESSAGE` */
  onWelcome(data: unknown): WelcomeTerms {
    const welcome = parseMessage(hubWelcomeSchema, data, 'the welcome');
    this.onHealthKeys(welcome.healthKeys ?? []);
    this.log.connected(this.socket.endpoint);
    // The session is open once this has returned.
    this.timers.soon(() => {
      if (this.socket.live) this.hub.onLive(welcome.revoked);
    });
    this.tellLoadLater(welcome.heartbeatMs);
    return welcome;
  }

  /** The session is no more; the link tries for a new one. */
  onLost(reason: LossReason): void {
    this.cancelBeat();
    if (reason === 'session.ended') this.hub.onSessionEnded();
    else this.log.disconnected(reason, this.hub.table.held.size);
  }

  onHelloFailed(error: PenstockError, delayMs: number): void {
    this.log.helloFailed(error.message, delayMs);
  }

  onFailed(error: PenstockError): void {
    this.onRefused(error);
  }

  /** The hub's groups are others than the balancer was told. */
  tellGroups(): void {
    this.socket.event(Pattern.hubGroups, { groups: this.hub.hubGroups });
  }

  /** Says goodbye and closes the connection. */
  close(): void {
    this.cancelBeat();
    this.socket.close('the hub stops');
  }

  private tellLoadLater(heartbeatMs: number): void {
    this.cancelBeat();
    this.cancelBeat = this.timers.after(heartbeatMs, () => {
      this.tellLoadLater(heartbeatMs);
      this.tellLoad();
    });
  }

  private tellLoad(): void {
    this.socket.event(Pattern.hubHeartbeat, this.load.beat(this.hub.workforce.pids));
  }
}
