import { TaskClient } from '@penstock/client';
import type { ParameterValues } from '@penstock/parameters';
import type { Host } from '../host.js';
import { asCommandError } from './task-errors.js';
import { clientPlace, noBalancerAt } from './where.js';

/** How long a balancer may take to answer. */
const CONNECT_MS = 5_000;

/**
 * Connects to the balancer as a client, and closes the connection whatever comes of `body`.
 *
 * @throws CommandError when no balancer answers, or a task goes wrong
 */
export async function withTaskClient<Result>(
  values: ParameterValues,
  { notes }: Pick<Host, 'notes'>,
  body: (client: TaskClient) => Promise<Result>,
): Promise<Result> {
  let isReady = false;
  const client = new TaskClient({
    host: values.LB_IP,
    port: values.LB_CLIENTPULLPORT,
    name: 'penstock',
    onWarning: ({ message }) => {
      if (isReady) notes.print(message);
    },
  });
  try {
    await client.ready(CONNECT_MS).catch(() => {
      throw noBalancerAt(clientPlace(values), 'LB_IP', 'LB_CLIENTPULLPORT');
    });
    isReady = true;
    return await body(client);
  } catch (error) {
    throw asCommandError(error);
  } finally {
    await client.close();
  }
}
