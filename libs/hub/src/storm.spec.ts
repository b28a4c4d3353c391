import {
  decodeEnvelope,
  encodeEnvelope,
  hubProbeReplySchema,
  isCall,
  Kind,
  Pattern,
  type Envelope,
  type HubLease,
} from '@penstock/protocol';
import { DealerSocket } from '@penstock/zmq';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FakeBalancer, SeenOutcome } from '../test/fake-balancer.js';
import { fuzzRuns, stormMs } from '../test/fuzz-runs.js';
import { startHub } from '../test/hub-under-test.js';
import { echo } from '../test/task-files.js';

const DEADLINE_MS = stormMs() + 120_000;

/** A peer of the probe port that says what it likes, and waits for one answer. */
async function storm(port: number, messages: readonly Uint8Array[][]): Promise<Envelope> {
  const { promise, resolve } = Promise.withResolvers<Envelope>();
  const socket = new DealerSocket({
    endpoint: `tcp://127.0.0.1:${port}`,
    onMessage: ([frame]) => {
      if (frame?.[5] !== Kind.envelope) return;
      const { envelope } = decodeEnvelope(frame);
      if (!isCall(envelope) && envelope.id === 'last') resolve(envelope);
    },
    onConnected: () => undefined,
    onDisconnected: () => undefined,
    onError: () => undefined,
  });
  socket.connect();
  for (const frames of messages) socket.send(frames);
  socket.send([encodeEnvelope({ pattern: Pattern.hubProbe, id: 'last', data: {} })]);
  const answer = await promise;
  socket.close();
  return answer;
}

it(
  'answers an honest probe after whatever comes in on its probe port, and goes on with its work',
  async () => {
    const { balancer } = await startHub({
      files: echo,
      probe: { bind: '127.0.0.1', port: 0, host: '127.0.0.1' },
    });
    await balancer.window(1);
    const port = balancer.hellos.all[0]?.probe?.port ?? 0;
    const probe = encodeEnvelope({ pattern: Pattern.hubProbe, id: 'x', data: {} });
    const spoiled = fc
      .record({ at: fc.nat({ max: probe.byteLength - 1 }), byte: fc.integer({ min: 0, max: 255 }) })
      .map(({ at, byte }) => Uint8Array.from(probe, (value, index) => (index === at ? byte : value)));
    const frame = fc.oneof(fc.uint8Array({ maxLength: 300 }), spoiled);
    const messages = fc.array(fc.array(frame, { minLength: 1, maxLength: 4 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(messages, async (said) => {
        const answer = (await storm(port, said)) as { response?: unknown };
        expect(hubProbeReplySchema.parse(answer.response)).toMatchObject({ name: 'test' });
      }),
      fuzzRuns('the probe port'),
    );
    expect(
      await balancer.outcomeOf(balancer.sendOne({ name: 'echo', payload: 'still there' })),
    ).toMatchObject({
      status: 'done',
      value: 'still there',
    });
  },
  DEADLINE_MS,
);

/** A task that writes bytes of its choice where its worker speaks with the hub. */
const vandal = {
  'vandal.ts': `import { writeSync } from 'node:fs';
    export default { name: 'vandal', run: ({ fd, text }: { fd: number; text: string }) => {
      writeSync(fd, Buffer.from(text, 'base64'));
      return 'written';
    } };`,
};
const LINK_FDS = [3, 4];

/** How another task ends: one that died with its worker, or that the hub has given back, is handed out again. */
async function endOfNext(balancer: FakeBalancer): Promise<SeenOutcome> {
  const { credits } = balancer;
  // Whoever has no worker wants nothing.
  if ((credits.all.at(-1)?.window ?? 0) === 0) await credits.next(({ window }) => window > 0);
  const taskId = balancer.sendOne({ name: 'echo', payload: 'still there' });
  const lists = ({ leases }: { leases: readonly HubLease[] }): boolean =>
    leases.some((lease) => lease.taskId === taskId);
  const end = await Promise.race([
    balancer.outcomeOf(taskId),
    balancer.eventOf(Pattern.hubLost, lists).then(() => undefined),
    balancer.eventOf(Pattern.hubReturned, lists).then(() => undefined),
  ]);
  return end ?? endOfNext(balancer);
}

it(
  'outlives a task that writes whatever it likes to the links between its worker and the hub',
  async () => {
    const { balancer, hub } = await startHub({ files: { ...echo, ...vandal } });
    await balancer.window(1);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...LINK_FDS),
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        async (fd, bytes) => {
          balancer.sendOne({ name: 'vandal', payload: { fd, text: Buffer.from(bytes).toString('base64') } });
          expect(await endOfNext(balancer)).toMatchObject({ status: 'done', value: 'still there' });
          expect(hub.workforce.pids.size).toBe(1);
        },
      ),
      fuzzRuns('the links of a worker', 3),
    );
  },
  DEADLINE_MS,
);
