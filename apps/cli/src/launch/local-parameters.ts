import { believeIn } from '@penstock/access';
import type { LoadedParameters, ParameterName, ParameterValues } from '@penstock/parameters';
import { isIPv6 } from 'node:net';
import type { LaunchTokens } from './launch-tokens.js';
import { ownKey } from './part-keys.js';
import type { Ports } from './ports.js';

/** How long a hub may finish what it runs when all of Penstock stops, and stops within seconds. */
const DRAIN_MS = 1_500;

/** Parameters as all parts on this machine get them. */
export type LocalParameters = Pick<LoadedParameters, 'values' | 'sources'>;

/**
 * The parameters for parts that are started together: with these ports, and, where nobody has said otherwise, parts
 * that dial what others bind, and a hub that picks up new task files and drains quickly.
 *
 * @param own what a command wants beside that, where nobody has said otherwise
 */
export function localParameters(
  { values, sources }: LocalParameters,
  ports: Ports,
  own: Partial<ParameterValues> = {},
): LocalParameters {
  const key = ownKey(values);
  const suggested: Partial<ParameterValues> = {
    LB_IP: dialAddress(values.LB_BIND),
    HC_IP: dialAddress(values.HC_BIND),
    WKHUB_IP: dialAddress(values.WKHUB_BIND),
    ...(key === undefined ? {} : { PENSTOCK_KEY: key }),
    WKHUB_WATCH: true,
    WKHUB_DRAIN_TIMEOUT: DRAIN_MS,
    ...own,
  };
  const unset = Object.entries(suggested).filter(
    ([name]) => sources[name as ParameterName].kind === 'default',
  );
  return chosen({ values, sources }, { ...Object.fromEntries(unset), ...ports });
}

/** The parameters, with the tokens that the launcher has made or was told of. */
export function withTokens(
  parameters: LocalParameters,
  tokens: Pick<LaunchTokens, 'parameters'>,
): LocalParameters {
  const given = Object.entries(tokens.parameters).filter(([, value]) => value !== undefined);
  return chosen(parameters, Object.fromEntries(given));
}

/** The parameters, some of them as the launcher has chosen. */
function chosen({ values, sources }: LocalParameters, own: Partial<ParameterValues>): LocalParameters {
  const chosenSources = Object.keys(own).map((name) => [name, { kind: 'command line' }] as const);
  return {
    values: { ...values, ...own },
    sources: { ...sources, ...Object.fromEntries(chosenSources) },
  };
}

/** The address under which this machine reaches a port that is bound to an address. */
export function dialAddress(bound: string): string {
  if (bound === '0.0.0.0') return '127.0.0.1';
  return bound === '::' ? '::1' : bound;
}

/**
 * Lets this process believe in the HTTP ports of the parts.
 *
 * @throws PenstockError `INVALID_CERTIFICATE`
 */
export function believeInParts({
  LB_HTTPCERT,
  HC_HTTPCERT,
  MONITOR_HTTPCERT,
}: Pick<ParameterValues, 'LB_HTTPCERT' | 'HC_HTTPCERT' | 'MONITOR_HTTPCERT'>): void {
  believeIn([LB_HTTPCERT, HC_HTTPCERT, MONITOR_HTTPCERT]);
}

/** The balancer's HTTP interface as this machine reaches it. */
export function httpUrl({
  LB_IP,
  LB_HTTPPORT,
  LB_HTTPCERT,
}: Pick<ParameterValues, 'LB_IP' | 'LB_HTTPPORT' | 'LB_HTTPCERT'>): string {
  return urlOf(LB_IP, LB_HTTPPORT, LB_HTTPCERT);
}

/** The health check's HTTP interface as this machine reaches it. */
export function healthUrl({
  HC_IP,
  HC_HTTPPORT,
  HC_HTTPCERT,
}: Pick<ParameterValues, 'HC_IP' | 'HC_HTTPPORT' | 'HC_HTTPCERT'>): string {
  return urlOf(HC_IP, HC_HTTPPORT, HC_HTTPCERT);
}

/** The monitor's page as browsers reach it: as somebody has said, else as one on this machine does. */
export function monitorUrl({
  MONITOR_URL,
  MONITOR_IP,
  MONITOR_PORT,
  MONITOR_HTTPCERT,
}: Pick<ParameterValues, 'MONITOR_URL' | 'MONITOR_IP' | 'MONITOR_PORT' | 'MONITOR_HTTPCERT'>): string {
  return MONITOR_URL?.replace(/\/+$/, '') ?? urlOf(dialAddress(MONITOR_IP), MONITOR_PORT, MONITOR_HTTPCERT);
}

/** The link that signs a browser in. What follows the # is not sent to any server, and so is in no log. */
export function loginUrl(values: Parameters<typeof monitorUrl>[0], code: string): string {
  return `${monitorUrl(values)}/login#${code}`;
}

function urlOf(host: string, port: number, certificate: string | undefined): string {
  const scheme = certificate === undefined ? 'http' : 'https';
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
