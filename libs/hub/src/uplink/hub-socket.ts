import { invariant } from '@penstock/runtime';
import { ZmqServer } from '@penstock/nestjs-zeromq';
import { Pattern, type PenstockError, type SessionId } from '@penstock/protocol';
import type { CurveClient, LossReason, SessionLink, WelcomeTerms } from '@penstock/zmq';
import type { BalancerLink } from './balancer-link.js';

/** Who speaks for the hub when a session begins and ends. */
export interface SessionHandler {
  /** The data of a hello. */
  hello(): unknown;
  /** @throws PenstockError when the welcome is none */
  onWelcome(data: unknown): WelcomeTerms;
  onLost(reason: LossReason): void;
  /** A hello was not welcomed; the next one follows. */
  onHelloFailed(error: PenstockError, delayMs: number): void;
  /** The balancer refuses this hub for good. */
  onFailed(error: PenstockError): void;
}

/** What the balancer may send at most beside a task's payload: a head, the record, the strings. */
const FRAME_OVERHEAD_BYTES = 1024 * 1024;

/** The connection to the balancer: a strategy for Nest to listen with, and a way to send. It needs nobody else. */
export class HubSocket implements BalancerLink {
  readonly strategy: ZmqServer;
  private handler: SessionHandler | undefined;

  /**
   * @param endpoint where the balancer is
   * @param payloadBytesMax of a task
   * @param curve with what it dials, where the balancer has keys
   * @throws PenstockError `INVALID_ADDRESS`
   */
  constructor(
    readonly endpoint: string,
    payloadBytesMax: number,
    curve?: CurveClient,
  ) {
    this.strategy = new ZmqServer({
      link: {
        endpoint,
        helloPattern: Pattern.hubHello,
        maxMessageBytes: payloadBytesMax + FRAME_OVERHEAD_BYTES,
        ...(curve === undefined ? {} : { curve }),
        hello: () => this.attached.hello(),
        onWelcome: (data) => this.attached.onWelcome(data),
        onLost: (reason) => this.attached.onLost(reason),
        onHelloFailed: (error, delayMs) => this.attached.onHelloFailed(error, delayMs),
        onFailed: (error) => this.attached.onFailed(error),
      },
    });
  }

  /** Called once, before the strategy listens. */
  attach(handler: SessionHandler): void {
    this.handler = handler;
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

  /** Says goodbye, if there is anybody to say it to, and closes for good. */
  close(reason: string): void {
    this.link.close({ goodbyePattern: Pattern.hubGoodbye, reason });
  }

  private get attached(): SessionHandler {
    invariant(this.handler !== undefined, 'HUB-003', 'somebody speaks for the hub before it dials');
    return this.handler;
  }

  private get link(): SessionLink {
    return this.strategy.unwrap<SessionLink>();
  }
}
