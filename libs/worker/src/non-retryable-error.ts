import { OutcomeFlag } from '@penstock/protocol/wire';

/**
 * A failure that another attempt would only repeat: a task whose handler throws it fails at once, whatever its
 * `maxAttempts`. Any error with `retryable: false` does the same.
 */
export class NonRetryableError extends Error {
  override readonly name: string = 'NonRetryableError';
  readonly retryable = false;
}

/** The outcome's flags of what a handler threw. Never throws, whatever was thrown. */
export function flagsOf(thrown: unknown): number {
  if (typeof thrown !== 'object' || thrown === null) return 0;
  try {
    return (thrown as { retryable?: unknown }).retryable === false ? OutcomeFlag.notRetryable : 0;
  } catch {
    return 0;
  }
}
