import {
  encodeEnvelope,
  isCall,
  NO_SESSION,
  type EnvelopeCall,
  type EnvelopeReply,
  type SessionId,
} from '@penstock/protocol';
import { invariant } from '@penstock/runtime';
import { readIncoming } from '../src/incoming.js';
import { RouterSocket } from '../src/router-socket.js';
import { Inbox } from './inbox.js';

export const SESSION: SessionId = { epoch: 7, number: 1 };

/** A control message as the balancer got it. */
export interface Received extends EnvelopeCall {
  readonly peer: Uint8Array;
  readonly session: SessionId;
}

/** As much of a balancer as a link needs: it answers hellos, and does otherwise what the spec says. */
export class TestBalancer {
  readonly hellos = new Inbox<Received>();
  readonly received = new Inbox<Received>();
  /** What a hello is answered with; `undefined` = nothing. */
  answer: Omit<EnvelopeReply, 'id'> | undefined = {
    response: { session: SESSION, heartbeatMs: 1_000, lostMs: 10_000 },
    isDisposed: true,
  };
  private readonly router: RouterSocket;

  private constructor(endpoint: string) {
    this.router = new RouterSocket({
      endpoint,
      onMessage: (peer, frames) => this.onMessage(peer, frames),
      onError: (error) => expectNothing(error),
    });
  }

  static async start(endpoint: string, answer?: TestBalancer['answer']): Promise<TestBalancer> {
    const balancer = new TestBalancer(endpoint);
    if (answer !== undefined) balancer.answer = answer;
    await balancer.router.bind();
    return balancer;
  }

  get endpoint(): string {
    return this.router.endpoint;
  }

  send(peer: Uint8Array, ...frames: Uint8Array[]): void {
    this.router.send(peer, frames);
  }

  /** Sends an event of the session. */
  event(peer: Uint8Array, pattern: string, data: unknown = {}, session: SessionId = SESSION): void {
    this.send(peer, encodeEnvelope({ pattern, data }, session));
  }

  reply(call: Received, reply: Omit<EnvelopeReply, 'id'>, session: SessionId = call.session): void {
    invariant(call.id !== undefined, 'TST-001', 'only calls are answered');
    this.send(call.peer, encodeEnvelope({ ...reply, id: call.id }, session));
  }

  stop(): Promise<void> {
    return this.router.close();
  }

  private onMessage(peer: Uint8Array, frames: Uint8Array[]): void {
    const { head, envelope } = readIncoming(frames);
    if (envelope === undefined || !isCall(envelope)) return;
    const received = { ...envelope, peer, session: { epoch: head.epoch, number: head.number } };
    if (!envelope.pattern.endsWith('.hello')) {
      this.received.put(received);
      return;
    }
    if (this.answer !== undefined) this.reply(received, this.answer, NO_SESSION);
    this.hellos.put(received);
  }
}

function expectNothing(error: unknown): never {
  throw new Error('the test balancer failed', { cause: error });
}
