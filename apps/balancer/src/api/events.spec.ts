import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventReader } from '../../test/event-source.js';
import { runBalancer, type RunningBalancer } from '../../test/running-balancer.js';
import { Engine } from '@penstock/engine';

let balancer: RunningBalancer;
const readers: EventReader[] = [];

beforeAll(async () => {
  balancer = await runBalancer('--LB_EVENTS_RING=20');
});

afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

afterAll(async () => balancer.stop());

async function watch(lastEventId?: string): Promise<EventReader> {
  const reader = await EventReader.open(`${balancer.url}/api/events`, lastEventId);
  readers.push(reader);
  return reader;
}

async function submit(): Promise<string> {
  const response = await fetch(`${balancer.url}/api/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'NOBODY' }),
  });
  return ((await response.json()) as { taskId: string }).taskId;
}

const isTask = ({ event }: { event: string }): boolean => event === 'task';

describe('GET /api/events', () => {
  it('begins with a word to look at everything, then tells what happens', async () => {
    const events = await watch();
    expect((await events.next()).event).toBe('resync');
    const taskId = await submit();
    expect((await events.next(isTask)).data).toMatchObject({ taskId, state: 'queued' });
    expect((await events.next(({ event }) => event === 'summary')).data).toMatchObject({
      queued: expect.any(Number) as number,
    });
  });

  it('tells each second how the hubs are, and keeps none of that for those who come later', async () => {
    const events = await watch();
    const { id, data } = await events.next(({ event }) => event === 'hubs');
    expect(data).toEqual({ hubs: [] });
    expect(id).toBeUndefined();
  });

  it('goes on after the last event that a watcher has', async () => {
    const events = await watch();
    await submit();
    const { id } = await events.next(isTask);
    events.close();
    const missed = await submit();
    const again = await watch(id);
    expect((await again.next(isTask)).data).toMatchObject({ taskId: missed });
  });

  it('asks a watcher to look anew when what it missed is gone', async () => {
    const events = await watch();
    await submit();
    const { id } = await events.next(isTask);
    for (let task = 0; task < 25; task++) await submit();
    expect((await (await watch(id)).next()).event).toBe('resync');
    expect((await (await watch('not a number')).next()).event).toBe('resync');
  });

  it('drops events for a watcher that does not read, and asks it to look anew when it reads again', async () => {
    const { port } = new URL(balancer.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /api/events HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.pause();
    const { feed } = balancer.app.get(Engine).partition;
    const data = 'x'.repeat(100_000);
    for (let event = 0; event < 200; event++) feed.publish('large', data);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.resume();
    await expect
      .poll(() => received.includes(`id: ${feed.newestId}\nevent: resync`), { timeout: 10_000 })
      .toBe(true);
    expect(received.split('event: large').length).toBeLessThan(200);
    socket.destroy();
  });
});
