import type { WritePacket } from '@nestjs/microservices';
import { PenstockError, type EnvelopeReply } from '@penstock/protocol';
import { fromReplyError } from './wire-errors.js';

interface OpenRequest {
  readonly pattern: string;
  readonly timeoutMs: number;
  readonly callback: (packet: WritePacket) => void;
  deadline: number;
  /** The request itself, as long as there is no connection to send it on. */
  frame: Uint8Array | undefined;
}

/** The requests of a client that are not answered yet. */
export class OpenRequests {
  private readonly requests = new Map<string, OpenRequest>();

  get size(): number {
    return this.requests.size;
  }

  add(id: string, request: OpenRequest): void {
    this.requests.set(id, request);
  }

  /** Forgets a request: whoever asked does not want to know any more. */
  drop(id: string): void {
    this.requests.delete(id);
  }

  /** The requests that wait for a connection; each is given once. */
  takeUnsent(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (const request of this.requests.values()) {
      if (request.frame !== undefined) frames.push(request.frame);
      request.frame = undefined;
    }
    return frames;
  }

  /**
   * Hands an answer on. Each value of a streamed answer gives the next one the full time again.
   *
   * @returns false when nobody waits for it (any more)
   */
  settle({ id, err, response, isDisposed }: EnvelopeReply, now: number): boolean {
    const request = this.requests.get(id);
    if (request === undefined) return false;
    if (err !== undefined && err !== null) {
      this.fail(id, request, fromReplyError(err));
    } else if (isDisposed === true) {
      this.requests.delete(id);
      request.callback({ response, isDisposed: true });
    } else {
      request.deadline = now + request.timeoutMs;
      request.callback({ response });
    }
    return true;
  }

  /** Fails what is due at `now`, and tells the next deadline; `Infinity` when there is none. */
  expire(now: number): number {
    let next = Infinity;
    for (const [id, request] of this.requests) {
      if (request.deadline > now) next = Math.min(next, request.deadline);
      else {
        const { pattern, timeoutMs } = request;
        const message = `no answer to "${pattern}" came within ${timeoutMs} ms`;
        this.fail(
          id,
          request,
          new PenstockError('DEADLINE_EXCEEDED', message, { details: { pattern, timeoutMs } }),
        );
      }
    }
    return next;
  }

  /** Fails all that are open now; a request that is made again meanwhile is a new one. */
  failAll(error: PenstockError): void {
    for (const [id, request] of [...this.requests]) this.fail(id, request, error);
  }

  private fail(id: string, request: OpenRequest, err: unknown): void {
    this.requests.delete(id);
    request.callback({ err, isDisposed: true });
  }
}
