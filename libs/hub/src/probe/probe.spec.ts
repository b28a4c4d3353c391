import { ZmqClient } from '@penstock/nestjs-zeromq';
import { hubProbeReplySchema, Pattern, type HubProbeReply } from '@penstock/protocol';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startHub } from '../../test/hub-under-test.js';
import { cancellable, echo } from '../../test/task-files.js';

const probe = { bind: '127.0.0.1', port: 0, host: '127.0.0.1' };
const files = { ...echo, ...cancellable };

function prober(port: number): () => Promise<HubProbeReply> {
  const client = new ZmqClient({ endpoint: `tcp://127.0.0.1:${port}` });
  onTestFinished(() => client.close());
  return async () => hubProbeReplySchema.parse(await firstValueFrom(client.send(Pattern.hubProbe, {})));
}

async function startProbed() {
  const started = await startHub({ files, probe });
  const { balancer } = started;
  await balancer.window(1);
  const [hello] = balancer.hellos.all;
  return { ...started, hello, ask: prober(hello?.probe?.port ?? 0) };
}

describe('a probe', () => {
  it('is answered where the hello says, with the session and the workers', async () => {
    const { balancer, hello, ask } = await startProbed();
    expect(hello?.probe?.host).toBe('127.0.0.1');
    expect(await ask()).toMatchObject({
      name: 'test',
      incarnation: hello?.incarnation,
      pid: process.pid,
      session: balancer.session,
      held: 0,
      workers: [{ state: 'idle', silentMs: 0 }],
    });
  });

  it('is answered while every worker is busy, and blocks', async () => {
    const { balancer, ask } = await startProbed();
    await balancer.startOf(balancer.sendOne({ name: 'spins' }));
    expect(await ask()).toMatchObject({ held: 1, workers: [{ state: 'busy', silentMs: 0 }] });
  });

  it('is answered while the balancer is away', async () => {
    const { balancer, lines, ask } = await startProbed();
    await balancer.close();
    await lines.find(({ message }) => message.includes('LOST THE LOAD BALANCER'));
    const { session } = await ask();
    expect(session).toBeUndefined();
  });

  it('goes to the next port where the one that is wanted is taken', async () => {
    const { hello } = await startProbed();
    const port = hello?.probe?.port ?? 0;
    const { balancer } = await startHub({ files: echo, probe: { ...probe, port } });
    const { probe: other } = await balancer.hellos.find(() => true);
    expect(other?.port).toBeGreaterThan(port);
    expect((await prober(other?.port ?? 0)()).name).toBe('test');
  });
});

describe('a worker whose process is stopped', () => {
  it('shows as silent, is killed and replaced, and its task is given back as an attempt that counts', async () => {
    const { balancer, hub, lines, ask } = await startProbed();
    const taskId = balancer.sendOne({ name: 'ignores' });
    await balancer.startOf(taskId);
    const [pid = 0] = hub.workforce.pids.values();
    process.kill(pid, 'SIGSTOP');
    await vi.waitFor(async () => expect(await ask()).toMatchObject({ workers: [{ state: 'silent' }] }), {
      timeout: 10_000,
    });
    expect(await balancer.eventOf(Pattern.hubLost)).toEqual({
      leases: [balancer.lease(taskId)],
      reason: 'its process answers no more (signal SIGKILL)',
      charged: true,
    });
    await lines.find(({ message }) =>
      message.includes('DIED (its process answers no more (signal SIGKILL))'),
    );
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 1 }))).value).toBe(1);
  });

  it('goes on where it was when it is woken in time', async () => {
    const { balancer, hub, ask } = await startProbed();
    const taskId = balancer.sendOne({ name: 'blocks', payload: 1_000 });
    await balancer.startOf(taskId);
    const [pid = 0] = hub.workforce.pids.values();
    process.kill(pid, 'SIGSTOP');
    await vi.waitFor(async () => expect(await ask()).toMatchObject({ workers: [{ state: 'silent' }] }), {
      timeout: 10_000,
    });
    process.kill(pid, 'SIGCONT');
    expect(await balancer.outcomeOf(taskId)).toMatchObject({ status: 'done', attempt: 1 });
    expect(hub.counts).toMatchObject({ done: 1, lost: 0, deaths: 0 });
  });
});
