import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { firstLine, kill, startChild } from '../test/child.js';
import { freshEndpoint } from '../test/endpoints.js';
import { Fixture } from '../test/micro-app.js';

const fixture = new Fixture();
afterEach(() => fixture.cleanUp());

async function startServer(endpoint: string) {
  const child = startChild('killable-server.mjs', endpoint);
  fixture.defer(() => kill(child));
  await firstLine(child);
  return child;
}

describe.each(['tcp', 'ipc'] as const)('ZmqClient over %s', (transport) => {
  it('fails what is open when the server is killed, and works again once it is back', async () => {
    const endpoint = await freshEndpoint(transport);
    const client = fixture.client(endpoint);
    const states: string[] = [];
    client.status.subscribe((status) => states.push(status));

    const first = await startServer(endpoint);
    await expect(firstValueFrom(client.send('sum', [1, 2]))).resolves.toBe(3);
    const asked = firstLine(first);
    const open = Promise.allSettled([
      firstValueFrom(client.send('never', {})),
      firstValueFrom(client.send('never', {})),
    ]);
    await asked;
    await kill(first);
    for (const outcome of await open) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'CONNECTION_LOST', retryable: true },
      });
    }

    const meanwhile = firstValueFrom(client.send('sum', [3, 4]));
    await startServer(endpoint);
    await expect(meanwhile).resolves.toBe(7);
    await expect(firstValueFrom(client.send('sum', [5, 6]))).resolves.toBe(11);
    expect(states).toEqual(['connected', 'disconnected', 'connected']);
  });
});
