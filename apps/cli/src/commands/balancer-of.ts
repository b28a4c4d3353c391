import type { Command } from 'commander';
import { BalancerApi } from '../cluster/balancer-api.js';
import { ownToken } from '../cluster/own-token.js';
import type { Host } from '../host.js';
import { httpUrl } from '../launch/local-parameters.js';
import { placesOf } from './client-command.js';

/**
 * The balancer that a command talks to, with the token that it shows there.
 *
 * @throws ParametersError, CommandError
 */
export async function balancerOf(command: Command, host: Host): Promise<BalancerApi> {
  const values = placesOf(command, host);
  return new BalancerApi(httpUrl(values), await ownToken(values, host));
}
