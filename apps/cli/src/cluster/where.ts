import { flagOf, type ParameterName, type ParameterValues } from '@penstock/parameters';
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

/** Where clients dial. */
export function clientPlace({ LB_IP, LB_CLIENTPULLPORT }: ParameterValues): string {
  return `${LB_IP} port ${LB_CLIENTPULLPORT}`;
}
