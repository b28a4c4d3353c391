import type { GatePlace } from '@penstock/http';
import type { ParameterValues } from '@penstock/parameters';

/** The door of the balancer's HTTP port as the parameters have it. */
export function gatePlace(parameters: ParameterValues): GatePlace {
  return {
    address: parameters.LB_BIND,
    hosts: parameters.LB_HTTPHOSTS,
    hostsParameter: 'LB_HTTPHOSTS',
    tokens: parameters.PENSTOCK_TOKENS,
    isInsecure: parameters.PENSTOCK_INSECURE,
    requestsPerSecond: parameters.PENSTOCK_TOKEN_RATE,
  };
}
