import type { BalancerLink, Hub, SessionHandler, UplinkSocket } from '@penstock/hub/core';
import {
  hubCancelSchema,
  Kind,
  parseMessage,
  Pattern,
  PenstockError,
  type SessionId,
} from '@penstock/protocol';
import { SessionLink, type SessionLinkOptions } from '@penstock/zmq';
import { HUBS } from '../balancer/sim-balancer.js';
import { promise } from '../world/violation.js';

/** A hub's connection: what its HubSocket and its UplinkController do, over the session link that all of them have. */
export class SimHubSocket implements BalancerLink, UplinkSocket {
  readonly endpoint = HUBS;
  /** Whom messages are for. */
  hub: Hub | undefined;
  private readonly link: SessionLink;
  private handler: SessionHandler | undefined;

  constructor(ports: Required<Pick<SessionLinkOptions, 'clock' | 'timers' | 'random' | 'openDealer'>>) {
    this.link = new SessionLink({
      ...ports,
      endpoint: HUBS,
      helloPattern: Pattern.hubHello,
      hello: () => this.handler?.hello(),
      onWelcome: (data) => {
        promise(this.handler !== undefined, 'no-crash', 'a hub is attached before it dials');
        return this.handler.onWelcome(data);
      },
      onBatch: (kind, frames) => this.onBatch(kind, frames),
      onEnvelope: ({ pattern, data }) => this.onEvent(pattern, data),
      onLost: (reason) => this.handler?.onLost(reason),
      onHelloFailed: (error, delayMs) => this.handler?.onHelloFailed(error, delayMs),
      onFailed: (error) => this.handler?.onFailed(error),
      onError: (error) => {
        throw error;
      },
    });
  }

  attach(handler: SessionHandler): void {
    this.handler = handler;
  }

  start(): void {
    this.link.start();
  }

  get live(): boolean {
    return this.link.live;
  }

  get session(): SessionId {
    return this.link.session;
  }

  send(frames: readonly Uint8Array[]): boolean {
    return this.link.send(frames);
  }

  event(pattern: string, data: unknown): boolean {
    return this.link.event(pattern, data);
  }

  close(reason: string): void {
    this.link.close({ goodbyePattern: Pattern.hubGoodbye, reason });
  }

  private onBatch(kind: number, frames: Uint8Array[]): void {
    if (kind === Kind.dispatch) this.hub?.onDispatch(frames);
    else if (kind === Kind.settled) this.hub?.onSettled(frames);
  }

  private onEvent(pattern: string, data: unknown): void {
    if (pattern === Pattern.hubCancel) this.hub?.onCancel(parseMessage(hubCancelSchema, data, pattern));
    else if (pattern === Pattern.protocolError) throw PenstockError.fromWire(data);
  }
}
