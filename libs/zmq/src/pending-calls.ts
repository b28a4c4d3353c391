import { PenstockError, type EnvelopeReply } from '@penstock/protocol';

/** Who waits for an answer. */
export interface Waiter {
  onResponse(response: unknown): void;
  onError(error: PenstockError): void;
}

interface PendingCall extends Waiter {
  readonly what: string;
  readonly deadline: number;
  response: unknown;
}

/** Calls open at a time; more are refused, so that a peer that never answers does not fill the memory. */
const OPEN_CALLS_MAX = 65_536;

/** The calls that wait for an answer, each with its deadline. Ids are never used twice. */
export class PendingCalls {
  private readonly calls = new Map<string, PendingCall>();
  private sequence = 0;

  /** A fresh id for {@link open}. */
  nextId(): string {
    return String(++this.sequence);
  }

  /**
   * @param what names the call in errors
   * @throws PenstockError `OUTBOX_FULL` when too many are open
   */
  open(id: string, what: string, deadline: number, { onResponse, onError }: Waiter): void {
    if (this.calls.size >= OPEN_CALLS_MAX) {
      throw new PenstockError('OUTBOX_FULL', `${OPEN_CALLS_MAX} calls wait for an answer already`);
    }
    this.calls.set(id, { onResponse, onError, what, deadline, response: undefined });
  }

  /** Takes an answer; false when nobody waits for it (any more). */
  settle({ id, response, err, isDisposed }: EnvelopeReply): boolean {
    const call = this.calls.get(id);
    if (call === undefined) return false;
    if (response !== undefined) call.response = response;
    const isError = err !== undefined && err !== null;
    if (!isError && isDisposed !== true) return true;
    this.calls.delete(id);
    if (isError) call.onError(PenstockError.fromWire(err));
    else call.onResponse(call.response);
    return true;
  }

  /** Fails what is due at `now`, and tells the next deadline; `Infinity` when there is none. */
  expire(now: number): number {
    let next = Infinity;
    for (const [id, call] of this.calls) {
      if (call.deadline > now) {
        next = Math.min(next, call.deadline);
        continue;
      }
      this.calls.delete(id);
      call.onError(new PenstockError('DEADLINE_EXCEEDED', `no answer to ${call.what} came in time`));
    }
    return next;
  }

  /** Fails all of them. */
  failAll(error: PenstockError): void {
    const calls = [...this.calls.values()];
    this.calls.clear();
    for (const call of calls) call.onError(error);
  }
}
