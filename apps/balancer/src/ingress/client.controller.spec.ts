import {
  clientWelcomeSchema,
  Kind,
  parseMessage,
  Pattern,
  PROTOCOL_VERSION,
  readTaskId,
  ResultReader,
} from '@penstock/protocol';
import { SessionLink } from '@penstock/zmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBalancer, type RunningBalancer } from '../../test/running-balancer.js';
import { ScriptedHub } from '../../test/scripted-hub.js';

let balancer: RunningBalancer;
let hub: ScriptedHub;

beforeAll(async () => {
  balancer = await runBalancer();
  hub = await new ScriptedHub(balancer.hubs, {}, () => 'done').ready();
});

afterAll(async () => {
  hub.close();
  await balancer.stop();
});

async function endedTask(): Promise<string> {
  const response = await fetch(`${balancer.url}/api/tasks?wait=10s`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'HELLO' }),
  });
  const { taskId, state } = (await response.json()) as { taskId: string; state: string };
  expect(state).toBe('done');
  return taskId;
}

/** The first result that a client gets which says hello and waits for a task. */
async function firstResult(taskId: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const link = new SessionLink({
    endpoint: balancer.clients,
    helloPattern: Pattern.clientHello,
    hello: () => ({
      protocol: PROTOCOL_VERSION,
      incarnation: `client-${process.hrtime.bigint()}`,
      host: 'test',
      pid: process.pid,
      role: 'client',
      waiting: [taskId],
    }),
    onWelcome: (data) => parseMessage(clientWelcomeSchema, data, 'the welcome'),
    onBatch: (kind, frames) => {
      if (kind !== Kind.result) return;
      const batch = new ResultReader().open(frames);
      if (batch.next()) resolve(readTaskId(batch.frame, batch.record));
    },
    onEnvelope: () => undefined,
    onLost: reject,
    onFailed: reject,
    onError: reject,
  });
  link.start();
  const received = await promise;
  link.close();
  return received;
}

describe('a welcome', () => {
  it('arrives before the results that its hello asked for: earlier ones would be of no session', async () => {
    const taskId = await endedTask();
    for (let time = 0; time < 20; time++) expect(await firstResult(taskId)).toBe(taskId);
  });
});
