import type { ParameterValues } from '@penstock/parameters';
import { createServer, type AddressInfo } from 'node:net';
import { PortsTakenError, type TakenPort } from './ports-taken-error.js';

/** The parameters that are ports of the balancer. */
export const portParameters = ['LB_CLIENTPULLPORT', 'LB_WKPULLPORT', 'LB_HCREPPORT', 'LB_HTTPPORT'] as const;

/** The name of a parameter that is a port of the balancer. */
export type PortParameter = (typeof portParameters)[number];

const PORT_MAX = 65_535;

/**
 * The ports for a balancer, all of them free: those of the parameters, and for a 0 any.
 *
 * @param command what was typed, up to where parameters are added
 * @throws PortsTakenError
 */
export async function choosePorts(
  values: Pick<ParameterValues, PortParameter | 'LB_BIND'>,
  command: string,
): Promise<Record<PortParameter, number>> {
  const address = values.LB_BIND;
  const ports = {} as Record<PortParameter, number>;
  const taken: TakenPort[] = [];
  const used = new Set<number>(portParameters.map((parameter) => values[parameter]));
  for (const parameter of portParameters) {
    const port = values[parameter];
    const bound = await bind(port, address);
    if (bound !== undefined) ports[parameter] = bound;
    else taken.push({ port, parameter, free: await nextFree(port + 1, address, used) });
  }
  if (taken.length > 0) throw new PortsTakenError(taken, command);
  return ports;
}

/** The first port from `from` on that is free and not among `used`, to which it is added. */
async function nextFree(from: number, address: string, used: Set<number>): Promise<number> {
  for (let port = from; port <= PORT_MAX; port++) {
    if (used.has(port) || (await bind(port, address)) === undefined) continue;
    used.add(port);
    return port;
  }
  return 0;
}

/**
 * Binds a port for a moment. Gives its number, and `undefined` for one that is taken. Whatever else is wrong with it,
 * the balancer will say.
 */
function bind(port: number, address: string): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE' ? undefined : port);
    });
    server.listen({ port, host: address, exclusive: true }, () => {
      const bound = (server.address() as AddressInfo).port;
      server.close(() => resolve(bound));
    });
  });
}
