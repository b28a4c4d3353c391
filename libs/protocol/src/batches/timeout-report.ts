import type { FailureReport } from './outcome.js';

/** The report of an attempt that took longer than it may. */
export function timeoutReport(timeoutMs: number): FailureReport {
  return { name: 'TimeoutError', message: timeoutMessage(timeoutMs), code: 'ATTEMPT_TIMEOUT' };
}

/** What a handler and its client are told of a timeout. */
export function timeoutMessage(timeoutMs: number): string {
  return `the handler took longer than ${timeoutMs} ms`;
}
