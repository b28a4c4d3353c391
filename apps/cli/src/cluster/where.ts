import { flagOf, type ParameterName, type ParameterValues } from '@penstock/parameters';
import { PenstockError } from '@penstock/protocol';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';

/** What a command says when the balancer does not answer, and what to do about it. */
export function noBalancerAt(place: string, ...names: readonly ParameterName[]): CommandError {
  return nobodyAt('no balancer answers', place, names);
}

/** The same of the health check. */
export function noHealthCheckAt(place: string, ...names: readonly ParameterName[]): CommandError {
  return nobodyAt('no health check answers', place, names);
}

function nobodyAt(what: string, place: string, names: readonly ParameterName[]): CommandError {
  const flags = names.map(flagOf).join(' and ');
  return new CommandError(
    `${what} at ${place}: start Penstock with "penstock up" (in its checkout "npm start"), or say with ${flags} where it runs`,
    ExitCode.unreachable,
  );
}

/** What a command says when the balancer is there and refuses its key, or wants one; `undefined` = it is another error. */
export function refusedByKey(error: unknown): CommandError | undefined {
  if (!(error instanceof PenstockError)) return undefined;
  // Whoever waits for a connection is told that its time is over, and why it was not had.
  if (error.code === 'DEADLINE_EXCEEDED') return refusedByKey(error.cause);
  if (error.code !== 'KEY_REFUSED' && error.code !== 'FORBIDDEN') return undefined;
  return new CommandError(
    `${error.message}: say with ${flagOf('PENSTOCK_KEY')} which key to use`,
    ExitCode.refused,
    { cause: error },
  );
}

/** Where clients dial. */
export function clientPlace({ LB_IP, LB_CLIENTPULLPORT }: ParameterValues): string {
  return `${LB_IP} port ${LB_CLIENTPULLPORT}`;
}
