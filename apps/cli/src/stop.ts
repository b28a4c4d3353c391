import { StopRequest, watchStopSignals } from './launch/stop-signals.js';
import { ExitCode } from './exit-codes.js';

/**
 * Runs something that the user may end with Ctrl-C: that aborts the signal, with a `StopRequest`; a second Ctrl-C ends
 * the process.
 */
export async function stoppable<Result>(body: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const unwatch = watchStopSignals(
    () => over.abort(new StopRequest()),
    () => process.exit(ExitCode.interrupted),
  );
  try {
    return await body(over.signal);
  } finally {
    unwatch();
  }
}

/** Rejects with the signal's reason when that is aborted before the promise has settled. */
export async function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
