import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { HealthWarning } from '@penstock/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Webhook, type WebhookBody } from './webhook.js';

const quickly = { firstMs: 1, maxMs: 2 };

function warning(subject: string): HealthWarning {
  return { code: 'HUB_DOWN', subject, message: 'it is down', since: 1 };
}

/** A receiver that answers with the given statuses in turn, then with 200, and keeps what it took. */
async function receiver(...statuses: number[]) {
  const taken: WebhookBody[] = [];
  const failures: string[] = [];
  let asked = 0;
  const waiting: (() => void)[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = statuses[asked++] ?? 200;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
      if (status === 200) taken.push(JSON.parse(Buffer.concat(chunks).toString()) as WebhookBody);
      for (const wake of waiting.splice(0)) wake();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const { promise: failed, resolve } = Promise.withResolvers<string>();
  const webhook = new Webhook(
    `http://127.0.0.1:${port}/hook`,
    (why) => {
      failures.push(why);
      resolve(why);
    },
    quickly,
  );
  onTestFinished(() => {
    webhook.close();
    server.closeAllConnections();
    server.close();
  });
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((wake) => waiting.push(wake));
  };
  return { webhook, taken, failed, until, asked: () => asked };
}

describe('a webhook', () => {
  it('gets each warning that began or ended, in order', async () => {
    const { webhook, taken, until } = await receiver();
    webhook.tell({ warnings: [], began: [warning('A'), warning('B')], ended: [warning('C')] }, 5);
    await until(() => taken.length === 3);
    expect(taken.map(({ event, warning: { subject }, at }) => [event, subject, at])).toEqual([
      ['began', 'A', 5],
      ['began', 'B', 5],
      ['ended', 'C', 5],
    ]);
  });

  it('is tried again when it does not take one', async () => {
    const { webhook, taken, until } = await receiver(500, 503, 429);
    webhook.tell({ warnings: [], began: [warning('A')], ended: [] }, 1);
    await until(() => taken.length === 1);
    expect(taken[0]?.warning.subject).toBe('A');
  });

  it('is given up after five tries, and the next warning follows', async () => {
    const { webhook, taken, failed, until, asked } = await receiver(500, 500, 500, 500, 500);
    webhook.tell({ warnings: [], began: [warning('A'), warning('B')], ended: [] }, 1);
    expect(await failed).toBe('it answered 500');
    await until(() => taken.length === 1);
    expect(taken[0]?.warning.subject).toBe('B');
    expect(asked()).toBe(6);
  });

  it('does not follow to another place', async () => {
    const { webhook, taken, failed } = await receiver(302, 302, 302, 302, 302);
    webhook.tell({ warnings: [], began: [warning('A')], ended: [] }, 1);
    await failed;
    expect(taken).toEqual([]);
  });

  it('that is too slow loses the oldest warnings, and that is told', async () => {
    const { webhook, failed } = await receiver();
    const many = Array.from({ length: 150 }, (_, index) => warning(String(index)));
    webhook.tell({ warnings: [], began: many, ended: [] }, 1);
    expect(await failed).toBe('it is too slow: 50 messages were dropped');
  });
});
