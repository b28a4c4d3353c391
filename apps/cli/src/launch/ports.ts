import type { ParameterName, ParameterValues } from '@penstock/parameters';
import { createServer, type AddressInfo } from 'node:net';
import type { PartName } from './part-name.js';
import { PortsTakenError, type TakenPort } from './ports-taken-error.js';

/** The ports that must be free, each with the part that binds it and the parameter that says at which address. */
const boundPorts = {
  LB_CLIENTPULLPORT: { part: 'balancer', address: 'LB_BIND' },
  LB_WKPULLPORT: { part: 'balancer', address: 'LB_BIND' },
  LB_HCREPPORT: { part: 'balancer', address: 'LB_BIND' },
  LB_HTTPPORT: { part: 'balancer', address: 'LB_BIND' },
  HC_HTTPPORT: { part: 'healthcheck', address: 'HC_BIND' },
  MONITOR_PORT: { part: 'monitor', address: 'MONITOR_IP' },
} as const satisfies Partial<Record<ParameterName, { part: PartName; address: ParameterName }>>;

/** The name of a parameter that is a port which must be free. */
export type PortParameter = keyof typeof boundPorts;

/** The ports that were chosen, those of the parts that are to be started. */
export type Ports = Readonly<Partial<Record<PortParameter, number>>>;

type AddressParameter = (typeof boundPorts)[PortParameter]['address'];

const PORT_MAX = 65_535;

/**
 * The ports for the parts that are to be started, all of them free: those of the parameters, and for a 0 any.
 *
 * @param command what was typed, up to where parameters are added
 * @throws PortsTakenError
 */
export async function choosePorts(
  values: Pick<ParameterValues, PortParameter | AddressParameter>,
  parts: readonly PartName[],
  command: string,
): Promise<Ports> {
  const ports: Partial<Record<PortParameter, number>> = {};
  const taken: TakenPort[] = [];
  const parameters = portsOf(parts);
  const used = new Set<number>(parameters.map((parameter) => values[parameter]));
  for (const parameter of parameters) {
    const port = values[parameter];
    const address = values[boundPorts[parameter].address];
    const bound = await bind(port, address);
    if (bound !== undefined) ports[parameter] = bound;
    else taken.push({ port, parameter, free: await nextFree(port + 1, address, used) });
  }
  if (taken.length > 0) throw new PortsTakenError(taken, command);
  return ports;
}

/** The parameters that are ports of these parts. */
export function portsOf(parts: readonly PartName[]): readonly PortParameter[] {
  const all = Object.entries(boundPorts) as [PortParameter, (typeof boundPorts)[PortParameter]][];
  return all.filter(([, { part }]) => parts.includes(part)).map(([parameter]) => parameter);
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
 * its part will say.
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
