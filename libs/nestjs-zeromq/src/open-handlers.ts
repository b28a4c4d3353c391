import { deferred, type Deferred } from '@penstock/runtime';
import { defer, finalize, Subject, takeUntil, type Observable } from 'rxjs';

/** The handlers that are at work: bounded, stopped when their peer goes, waited for at the end. */
export class OpenHandlers {
  private readonly stops = new Map<Subject<void>, string>();
  private idle: Deferred<void> | undefined;

  constructor(private readonly max: number) {}

  get isFull(): boolean {
    return this.stops.size >= this.max;
  }

  /**
   * The same stream, counted while it is subscribed.
   *
   * @param peer whose going ends the stream
   */
  track<T>(peer: string, stream: Observable<T>): Observable<T> {
    return defer(() => {
      const stop = new Subject<void>();
      this.stops.set(stop, peer);
      return stream.pipe(
        takeUntil(stop),
        finalize(() => this.forget(stop)),
      );
    });
  }

  /** Ends the streams of a peer that is gone: nobody hears them. */
  stopPeer(peer: string): void {
    for (const [stop, owner] of [...this.stops]) if (owner === peer) stop.next();
  }

  /** Ends all streams with an error. */
  stopAll(error: Error): void {
    for (const stop of [...this.stops.keys()]) stop.error(error);
  }

  /** Resolves when none is at work. */
  whenIdle(): Promise<void> {
    if (this.stops.size === 0) return Promise.resolve();
    this.idle ??= deferred<void>();
    return this.idle.promise;
  }

  private forget(stop: Subject<void>): void {
    this.stops.delete(stop);
    if (this.stops.size === 0) this.idle?.resolve();
  }
}
