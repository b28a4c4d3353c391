import type { ParameterValues } from '@penstock/parameters';
import { isIPv6 } from 'node:net';

/** Something behind the monitor. */
export interface Upstream {
  readonly url: string;
  /** The paths that go there, … */
  readonly prefix: string;
  /** … and what takes the prefix's place. */
  readonly rewritePrefix: string;
  /** What to say when it does not answer. */
  readonly unreachable: string;
}

/** The balancer and the health check, as the parameters say where they are. */
export function upstreams(values: ParameterValues): readonly Upstream[] {
  const { LB_IP, LB_HTTPPORT, LB_HTTPCERT, HC_IP, HC_HTTPPORT, HC_HTTPCERT } = values;
  const balancer = urlOf(LB_IP, LB_HTTPPORT, LB_HTTPCERT);
  const health = urlOf(HC_IP, HC_HTTPPORT, HC_HTTPCERT);
  return [
    {
      url: balancer,
      prefix: '/api',
      rewritePrefix: '/api',
      unreachable: `the balancer does not answer at ${balancer}: LB_IP and LB_HTTPPORT say where it is`,
    },
    {
      url: health,
      prefix: '/healthcheck',
      rewritePrefix: '/',
      unreachable: `no health check answers at ${health}: HC_IP and HC_HTTPPORT say where it is`,
    },
  ];
}

function urlOf(host: string, port: number, certificate: string | undefined): string {
  const scheme = certificate === undefined ? 'http' : 'https';
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
