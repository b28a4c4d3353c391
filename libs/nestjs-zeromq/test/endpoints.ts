import { mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The transports that every suite runs over. */
export const transports = ['tcp', 'ipc', 'inproc'] as const;

const folder = mkdtempSync(join(tmpdir(), 'penstock-nest-'));
let count = 0;

/** An endpoint that nobody uses. */
export async function freshEndpoint(transport: (typeof transports)[number]): Promise<string> {
  count++;
  if (transport === 'ipc') return `ipc://${join(folder, `${count}.sock`)}`;
  if (transport === 'inproc') return `inproc://spec-${count}`;
  return `tcp://127.0.0.1:${await freePort()}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}
