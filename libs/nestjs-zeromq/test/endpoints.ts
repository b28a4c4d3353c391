import { freePorts } from '@penstock/free-ports';
import { mkdtempSync } from 'node:fs';
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
  const [port] = await freePorts(1);
  return `tcp://127.0.0.1:${port}`;
}
