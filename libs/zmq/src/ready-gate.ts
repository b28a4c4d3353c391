import { PenstockError } from '@penstock/protocol';
import { deferred, type Deferred } from '@penstock/runtime';

/** Those who wait until a connection is up, each with a deadline. */
export class ReadyGate {
  private readonly waiting = new Map<Deferred<void>, number>();

  /** @throws PenstockError `DEADLINE_EXCEEDED` once `deadline` has passed, or what {@link fail} is given */
  wait(deadline: number): Promise<void> {
    const waiter = deferred<void>();
    this.waiting.set(waiter, deadline);
    return waiter.promise;
  }

  /** Lets all of them go on. */
  open(): void {
    for (const waiter of this.waiting.keys()) waiter.resolve();
    this.waiting.clear();
  }

  fail(error: PenstockError): void {
    for (const waiter of this.waiting.keys()) waiter.reject(error);
    this.waiting.clear();
  }

  /**
   * Fails those whose deadline has passed.
   *
   * @param refusal why the other end did not welcome us, if it said so
   * @returns the next deadline; `Infinity` when there is none
   */
  expire(now: number, endpoint: string, refusal?: PenstockError): number {
    let next = Infinity;
    for (const [waiter, deadline] of this.waiting) {
      if (deadline > now) {
        next = Math.min(next, deadline);
        continue;
      }
      this.waiting.delete(waiter);
      const reason = refusal === undefined ? '' : `: ${refusal.message}`;
      waiter.reject(
        new PenstockError('DEADLINE_EXCEEDED', `${endpoint} did not answer in time${reason}`, {
          cause: refusal,
        }),
      );
    }
    return next;
  }
}
