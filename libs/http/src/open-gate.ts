import { Access } from '@penstock/access';
import type { LoggerService } from '@nestjs/common';
import { isLoopback, type ParameterName } from '@penstock/parameters';
import { resolve } from 'node:path';
import { Gate } from './gate.js';
import { OriginCheck, servedHosts } from './origin-check.js';
import type { Policy } from './policy.js';

/** Where a gate stands. */
export interface GatePlace {
  /** The address that is bound. */
  readonly address: string;
  /** Host names under which the port is served, beside loopback and the bound address. */
  readonly hosts: readonly string[];
  /** The parameter that adds such names. */
  readonly hostsParameter: ParameterName;
  /** The folder of tokens; none = nobody has one. */
  readonly tokens: string | undefined;
  /** Everybody who gets there may do everything: somebody has said so. */
  readonly isInsecure: boolean;
  /** PENSTOCK_TOKEN_RATE. */
  readonly requestsPerSecond: number;
}

/**
 * The gate of a program's HTTP port, as its parameters want it. On loopback, programs need no token.
 *
 * @param sign what its lines in the log begin with, such as `LB`
 * @throws TokensFolderError
 */
export function openGate(place: GatePlace, policy: Policy, logger: LoggerService, sign: string): Gate {
  const { address, tokens, hosts, hostsParameter, requestsPerSecond } = place;
  const access = new Access({
    folder: tokens === undefined ? undefined : resolve(tokens),
    openTo: openTo(place),
    now: Date.now,
    onProblem: (problem) => logger.error(`${sign} - ${problem}`),
    onTokenChanged: (change) => logger.log(`${sign} - AUDIT ${change}`),
  });
  const origins = new OriginCheck(servedHosts(address, hosts), hostsParameter);
  return new Gate({ access, origins, policy, requestsPerSecond, logger, sign });
}

/** Insecure lets go without a lock; one that is there locks all the same. */
function openTo({ address, tokens, isInsecure }: GatePlace): 'nobody' | 'programs' | 'everybody' {
  if (isLoopback(address)) return 'programs';
  return isInsecure && tokens === undefined ? 'everybody' : 'nobody';
}
