import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { allParts, runningParts } from './part-name.js';
import { choosePorts, portsOf } from './ports.js';

const any = {
  LB_BIND: '127.0.0.1',
  LB_CLIENTPULLPORT: 0,
  LB_WKPULLPORT: 0,
  LB_HCREPPORT: 0,
  LB_HTTPPORT: 0,
  HC_BIND: '127.0.0.1',
  HC_HTTPPORT: 0,
  MONITOR_IP: '127.0.0.1',
  MONITOR_PORT: 0,
};

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** Takes a port, for as long as the test runs. */
async function takePort(host: string): Promise<number> {
  const server = createServer();
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

describe('choosePorts', () => {
  it('takes any free ports for those that are 0', async () => {
    const ports = await choosePorts(any, allParts, 'penstock up');
    expect(Object.keys(ports)).toEqual(portsOf(allParts));
    expect(Object.values(ports).every((port) => port > 0)).toBe(true);
  });

  it('asks for no port of a part that is not to be started', async () => {
    const MONITOR_PORT = await takePort('127.0.0.1');
    const ports = await choosePorts({ ...any, MONITOR_PORT }, runningParts, 'penstock demo');
    expect(Object.keys(ports)).toEqual(['LB_CLIENTPULLPORT', 'LB_WKPULLPORT', 'LB_HCREPPORT', 'LB_HTTPPORT']);
  });

  it('keeps ports that are free', async () => {
    const { LB_HTTPPORT = 0 } = await choosePorts(any, allParts, 'penstock up');
    await expect(choosePorts({ ...any, LB_HTTPPORT }, allParts, 'penstock up')).resolves.toMatchObject({
      LB_HTTPPORT,
    });
  });

  it.each(['127.0.0.1', '0.0.0.0'])('refuses a port that somebody has at %s', async (host) => {
    const port = await takePort(host);
    await expect(choosePorts({ ...any, LB_WKPULLPORT: port }, allParts, 'penstock up')).rejects.toThrow(
      `port ${port} is taken: choose another with LB_WKPULLPORT, e.g. penstock up --LB_WKPULLPORT `,
    );
  });

  it('proposes ports that are free and differ', async () => {
    const port = await takePort('127.0.0.1');
    const values = { ...any, LB_WKPULLPORT: port, LB_HTTPPORT: port };
    const { message } = (await choosePorts(values, allParts, 'penstock up').catch(
      (error: unknown) => error,
    )) as Error;
    const [first, second] = [...message.matchAll(/--\w+ (\d+)/g)].map(([, proposed]) => Number(proposed));
    expect(first).toBeGreaterThan(port);
    expect(second).toBeGreaterThan(first ?? Infinity);
  });
});
