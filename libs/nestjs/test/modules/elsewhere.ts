import { callerUrl } from '../../src/worker/context-location.js';

/** A call from a file that is none of the package's. */
export function askFromElsewhere(): string | undefined {
  return callerUrl();
}
