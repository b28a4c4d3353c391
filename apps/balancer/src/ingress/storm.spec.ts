import { Engine } from '@penstock/engine';
import {
  CollectedWriter,
  encodeEnvelope,
  isCall,
  OutcomeStatus,
  OutcomeWriter,
  Pattern,
  StartedWriter,
  type SessionId,
} from '@penstock/protocol';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzRuns, stormMs } from '../../test/fuzz-runs.js';
import { mutations, spoil } from '../../test/mutations.js';
import { runBalancer, type RunningBalancer } from '../../test/running-balancer.js';
import { ScriptedHub } from '../../test/scripted-hub.js';
import { hello, Stranger, submission } from '../../test/stranger.js';

const DEADLINE_MS = stormMs() + 60_000;
/** Sessions and tasks that a storm may leave behind: what it was really given stays for its time. */
const LEFT_MAX = 5_000;

let folder: string;
let balancer: RunningBalancer;
let hub: ScriptedHub;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-storm-'));
  balancer = await runBalancer(
    `--PENSTOCK_DATA=${folder}`,
    '--LB_DISCONNECT_GRACE=50ms',
    '--HEARTBEAT_INTERVAL=500ms',
    '--HEARTBEAT_TIMEOUT=5s',
    `--LB_QUEUE_MAX=${LEFT_MAX}`,
    '--LB_QUEING_MAXPERUSER=100',
    '--LB_QUEUED_TTL=30s',
    '--LB_DEAD_MAX=100',
    '--LB_FINISHED_MAX=100',
  );
  hub = await new ScriptedHub(balancer.hubs, {}, () => 'served').ready();
});

afterAll(async () => {
  hub.close();
  await balancer.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An honest task is acknowledged at disk and finishes. */
async function serves(): Promise<void> {
  const response = await fetch(`${balancer.url}/api/tasks?wait=20s`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'HELLO', payload: null, userId: 'honest' }),
  });
  expect(await response.json()).toMatchObject({ state: 'done', result: 'served', durability: 'disk' });
}

/** The balancer has all its wits, and nothing has grown beyond its bounds. */
async function isSound(): Promise<void> {
  await serves();
  const engine = balancer.app.get(Engine);
  const { scheduler, journal } = engine.partition;
  expect(scheduler.table.size).toBeLessThan(LEFT_MAX + 1_000);
  expect(journal?.book.size).toBeLessThan(2 * LEFT_MAX);
  await expect.poll(() => engine.openHubs().length, { timeout: 20_000 }).toBe(1);
  await expect.poll(() => engine.clientCount, { timeout: 20_000 }).toBe(0);
}

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const lease = { taskId: ID, epoch: 1, attempt: 1 };

/** What an honest peer of each port might say, in its session. */
const honest: Record<'clients' | 'hubs' | 'control', (session: SessionId) => Uint8Array[]> = {
  clients: (session) => [
    submission(session, 'FORGED'),
    submission(session, 'FORGED', 3, Buffer.from([1, 0x80, 12, 0, 3, 0, 1, 0, 100, 0, 0, 0, 0, 1, 0, 0])),
    submission(session, 'FORGED', 3, Buffer.from([9, 0x80, 1, 0, 1, 8, 0x80, 3, 0, 97, 98, 99])),
    batch(new CollectedWriter(), session),
    encodeEnvelope({ pattern: Pattern.clientHello, id: '1', data: hello('client') }),
    encodeEnvelope({ pattern: Pattern.clientStatus, id: '2', data: { taskIds: [ID] } }, session),
    encodeEnvelope({ pattern: Pattern.clientCancel, id: '3', data: { taskId: ID } }, session),
    encodeEnvelope({ pattern: Pattern.clientWatch, data: { taskIds: [ID] } }, session),
  ],
  hubs: (session) => [
    batch(new StartedWriter(), session),
    batch(new OutcomeWriter(), session),
    encodeEnvelope({ pattern: Pattern.hubHello, id: '1', data: hello('hub') }),
    encodeEnvelope({ pattern: Pattern.hubCredit, data: { group: 0, sequence: 1, window: 4 } }, session),
    encodeEnvelope({ pattern: Pattern.hubProgress, data: { ...lease, progress: 50 } }, session),
    encodeEnvelope({ pattern: Pattern.hubReturned, data: { leases: [lease], reason: 'so' } }, session),
    encodeEnvelope(
      { pattern: Pattern.hubLost, data: { leases: [lease], reason: 'so', charged: true } },
      session,
    ),
  ],
  control: (session) => [
    encodeEnvelope({ pattern: Pattern.controlCheck, id: '1', data: {} }),
    encodeEnvelope({ pattern: Pattern.controlWorkers, id: '3', data: {} }),
    encodeEnvelope({ pattern: Pattern.controlStats, id: '4', data: {} }),
    encodeEnvelope({
      pattern: Pattern.controlDown,
      id: '2',
      data: { session, incarnation: 'x', reason: 'so' },
    }),
  ],
};

function batch(writer: CollectedWriter | StartedWriter | OutcomeWriter, session: SessionId): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  const numbers = { epoch: 1, attempt: 1, slot: 0 };
  if (writer instanceof CollectedWriter) writer.add(view, 0);
  else if (writer instanceof StartedWriter) writer.add(view, 0, numbers, 'worker');
  else {
    const payload = { buffer: Buffer.from('null'), offset: 0, length: 4 };
    writer.add(view, 0, numbers, {
      status: OutcomeStatus.done,
      contentType: 1,
      worker: 'w',
      runMs: 1,
      payload,
    });
  }
  return writer.take(session)?.[0] ?? new Uint8Array(0);
}

describe.each(['clients', 'hubs', 'control'] as const)(
  'a storm of spoiled frames on the port of %s',
  (port) => {
    it(
      'neither stops nor fills a balancer with a journal',
      async () => {
        await fc.assert(
          fc.asyncProperty(mutations, async (spoilings) => {
            const stranger = new Stranger(balancer[port]);
            const session =
              port === 'control'
                ? { epoch: 1, number: 1 }
                : await stranger.opens(port === 'hubs' ? 'hub' : 'client');
            const frames = honest[port](session);
            for (const spoiling of spoilings) stranger.say(spoil(frames, spoiling));
            stranger.say(encodeEnvelope({ pattern: 'sentinel', id: 'sentinel', data: {} }));
            await stranger.hears((heard) => !isCall(heard) && heard.id === 'sentinel');
            stranger.close();
          }),
          fuzzRuns(`the port of ${port}`),
        );
        await isSound();
      },
      DEADLINE_MS,
    );
  },
);

describe('a storm of HTTP bodies', () => {
  const paths = ['/api/tasks', `/api/tasks/${ID}/rerun`, '/api/tasks/rerun', `/api/tasks/${ID}/cancel`];
  const fields = fc.record(
    {
      name: fc.oneof(fc.string(), fc.constant('FORGED')),
      payload: fc.jsonValue(),
      userId: fc.oneof(fc.string(), fc.integer()),
      priority: fc.oneof(fc.double(), fc.string()),
      maxAttempts: fc.oneof(fc.integer(), fc.jsonValue()),
      backoff: fc.jsonValue(),
      deadline: fc.oneof(fc.double(), fc.string()),
      idempotencyKey: fc.oneof(fc.string({ maxLength: 400 }), fc.jsonValue()),
      durability: fc.oneof(fc.constantFrom('disk', 'memory'), fc.string()),
    },
    { requiredKeys: [] },
  );
  const bodies = fc.oneof(
    fields.map((value) => JSON.stringify(value)),
    fc.array(fields, { maxLength: 5 }).map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string(),
  );

  it(
    'is answered request by request, and never with a failure of the balancer',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...paths), bodies, async (path, body) => {
          const headers = { 'content-type': 'application/json' };
          const response = await fetch(balancer.url + path, { method: 'POST', headers, body });
          const answer = await response.text();
          expect(response.status, answer).toBeLessThan(500);
        }),
        fuzzRuns('HTTP'),
      );
      await isSound();
    },
    DEADLINE_MS,
  );
});

describe('rules that are none', () => {
  it.each([
    ['a retry of another length', [1, 0x80, 2, 0, 3, 0]],
    ['no attempt at all', [1, 0x80, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['a back-off of no kind', [1, 0x80, 12, 0, 3, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['a loss policy of no kind', [2, 0x80, 1, 0, 7]],
    ['the same rule twice', [9, 0x80, 1, 0, 1, 9, 0x80, 1, 0, 0]],
    ['a deadline that is no number', [4, 0x80, 8, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]],
    ['an endless delay', [5, 0x80, 8, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f]],
    ['a durability of no kind', [9, 0x80, 1, 0, 5]],
    ['a key that is no UTF-8', [8, 0x80, 2, 0, 0xff, 0xfe]],
    ['a key without a letter', [8, 0x80, 0, 0]],
  ])('are refused as INVALID_RULES: %s', async (_, options) => {
    const stranger = new Stranger(balancer.clients);
    const session = await stranger.opens();
    stranger.say(submission(session, 'HELLO', 0, Buffer.from(options)));
    expect(await stranger.refusal()).toBe('INVALID_RULES');
    stranger.close();
  });
});
