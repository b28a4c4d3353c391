import type { ClientWelcome, PenstockError } from '@penstock/protocol';
import { onTestFinished } from 'vitest';
import { TaskClient, type TaskClientOptions } from '../src/index.js';
import { FakeBalancer } from './fake-balancer.js';
import { Inbox } from './inbox.js';

/** A balancer that ends with its test. */
export async function startBalancer(limits: Partial<ClientWelcome['limits']> = {}): Promise<FakeBalancer> {
  const balancer = await FakeBalancer.start(limits);
  onTestFinished(() => balancer.stop());
  return balancer;
}

/** A client that ends with its test. */
export function startClient(endpoint: string, options: TaskClientOptions = {}) {
  const warnings = new Inbox<PenstockError>();
  const client = new TaskClient({ endpoint, onWarning: (warning) => warnings.put(warning), ...options });
  onTestFinished(() => client.close());
  return { client, warnings };
}

/** Both, connected. */
export async function startBoth(
  limits: Partial<ClientWelcome['limits']> = {},
  options: TaskClientOptions = {},
) {
  const balancer = await startBalancer(limits);
  const { client, warnings } = startClient(balancer.endpoint, options);
  await client.ready();
  return { balancer, client, warnings };
}

/** Resolves when the balancer has got all that the client had to say: what it has not got then was not sent. */
export async function allSaid(client: TaskClient): Promise<void> {
  await new Promise((resolve) => void setImmediate(resolve));
  await client.get(['019ab2c4-5d6e-7abc-8def-0123456789ab']);
}
