import { Router } from 'zeromq';
import { bindSocket } from './bind-socket.js';
import { readLoop } from './read-loop.js';

/** Where libzmq itself asks who may come in (RFC 27): one such address per process. */
const ENDPOINT = 'inproc://zeromq.zap.01';
const VERSION = '1.0';
const EMPTY = Buffer.alloc(0);
const ADMITTED = ['200', 'OK'].map((text) => Buffer.from(text));
const REFUSED = ['400', 'not admitted'].map((text) => Buffer.from(text));

/** Who is at the other end of a connection, before anything of it is read. */
export interface Caller {
  /** The 32 bytes of its public key, whose secret half it has; `undefined` where the socket has no keys. */
  readonly key: Uint8Array | undefined;
  /** Its IP address; empty over ipc. */
  readonly address: string;
}

/** Decides over one connection: may it come in? */
export type Judge = (caller: Caller) => boolean;

/**
 * Answers libzmq for all bound sockets of this process. Each has a domain of its own, so that sockets know nothing of each
 * other. It is there while there is a domain: an open socket would keep the process alive.
 */
class ZapHandler {
  private readonly judges = new Map<string, Judge>();
  private serving: Promise<Router> | undefined;

  /** Resolves when connections of this domain are asked about. */
  async register(domain: string, judge: Judge): Promise<void> {
    this.judges.set(domain, judge);
    this.serving ??= this.open();
    await this.serving;
  }

  async unregister(domain: string): Promise<void> {
    if (!this.judges.delete(domain) || this.judges.size > 0) return;
    const { serving } = this;
    this.serving = undefined;
    (await serving)?.close();
  }

  private async open(): Promise<Router> {
    const socket = new Router({ linger: 0, sendTimeout: 0 });
    await bindSocket(socket, ENDPOINT, 'inproc');
    // Whoever is asked about is turned away when no answer comes.
    const ignore = (): void => undefined;
    void readLoop(
      socket,
      ([peer = EMPTY, ...frames]) => void socket.send([peer, ...this.answer(frames)]).then(ignore, ignore),
      ignore,
    );
    return socket;
  }

  private answer(request: readonly Uint8Array[]): Uint8Array[] {
    const [, version, requestId = EMPTY, domain, address, , mechanism, key] = request;
    const isAsked = textOf(version) === VERSION && ['CURVE', 'NULL'].includes(textOf(mechanism));
    const judge = isAsked ? this.judges.get(textOf(domain)) : undefined;
    const status = judge?.({ key, address: textOf(address) }) === true ? ADMITTED : REFUSED;
    return [EMPTY, Buffer.from(VERSION), requestId, ...status, EMPTY, EMPTY];
  }
}

function textOf(frame: Uint8Array | undefined): string {
  return Buffer.from(frame ?? EMPTY).toString('latin1');
}

/** The one of this process. */
export const zapHandler = new ZapHandler();
