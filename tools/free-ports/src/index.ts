import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Where free ports are looked for: below those from which a system takes the ports of whoever dials. A program that is
 * started again, and has to find its port free, must not find somebody's end of a connection there.
 */
const FIRST = 10_000;
const LAST = 32_000;

/** So many ports of loopback that nobody has, no two the same. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(FIRST, LAST);
    if (!(await isTaken(port))) ports.add(port);
  }
  return [...ports];
}

/** Whether somebody has a port of loopback. */
export async function isTaken(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}
