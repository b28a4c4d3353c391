import { PenstockError } from '@penstock/protocol';
import { MapRun, type SubmitPart } from './map-run.js';
import type { SubmitOptions, TaskOutcome } from './task-handle.js';

/** How far a task of a map is. */
export interface MapProgress<Payload> {
  /** Its payload's place in the source, from 0. */
  readonly index: number;
  readonly payload: Payload;
  /** From 0 to 100. */
  readonly progress: number;
}

/** Options of `map`. */
export interface MapOptions<Payload = unknown> extends SubmitOptions {
  /** Payloads pulled from the source whose results were not taken yet, at most. Default 64. */
  readonly concurrency?: number;
  /** Whether results come in the order of the source instead of that in which tasks end. Default false. */
  readonly ordered?: boolean;
  /** Whether the first failure ends the map: it is thrown, and what is open cancelled. Default false. */
  readonly stopOnFailure?: boolean;
  /** Ends the map when it is aborted: what is open is cancelled, and the signal's reason thrown. */
  readonly signal?: AbortSignal;
  /** Called each time that a task gets further. */
  readonly onProgress?: (progress: MapProgress<Payload>) => void;
}

/** How one payload's task ended. */
export type MapResult<Payload = unknown, Result = unknown> = TaskOutcome<Result> & {
  /** The payload's place in the source, from 0. */
  readonly index: number;
  readonly payload: Payload;
};

/** @throws PenstockError `INVALID_MESSAGE` */
export function requireMapOptions({ concurrency = 1 }: MapOptions): void {
  if (Number.isSafeInteger(concurrency) && concurrency > 0) return;
  throw new PenstockError(
    'INVALID_MESSAGE',
    `the concurrency of a map is a whole number from 1, not ${String(concurrency)}`,
  );
}

/** Runs each payload of a source as a task; see `TaskClient.map`. */
export async function* runMap<Payload>(
  source: Iterable<Payload> | AsyncIterable<Payload>,
  submit: SubmitPart,
  options: MapOptions<Payload>,
): AsyncGenerator<MapResult<Payload>, undefined> {
  const run = new MapRun(source, submit, options);
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      run.fill();
      const result = run.take();
      if (result !== undefined) {
        if (!result.ok && options.stopOnFailure === true) throw result.error;
        // The next one runs while the consumer is busy with this one.
        run.fill();
        yield result;
      } else if (run.isDone) {
        run.rethrow();
        return undefined;
      } else await run.changed();
    }
  } finally {
    await run.stop();
  }
}
