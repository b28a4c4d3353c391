import { TaskClient } from '@penstock/client';
import type { ParameterValues } from '@penstock/parameters';
import type { Host } from '../host.js';
import { stoppable, unlessAborted } from '../stop.js';
import { asCommandError } from './task-errors.js';
import { clientPlace, noBalancerAt, refusedByKey } from './where.js';

/** How long a balancer may take to answer. */
const CONNECT_MS = 3_000;

/**
 * Connects to the balancer as a client, and closes the connection whatever comes of `body`. Ctrl-C aborts the signal
 * that `body` gets.
 *
 * @throws CommandError when no balancer answers, or a task goes wrong; StopRequest
 */
export async function withTaskClient<Result>(
  values: ParameterValues,
  { notes }: Pick<Host, 'notes'>,
  body: (client: TaskClient, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return stoppable((signal) => connected(values, notes, signal, body));
}

async function connected<Result>(
  values: ParameterValues,
  notes: Host['notes'],
  signal: AbortSignal,
  body: (client: TaskClient, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  let isReady = false;
  const client = new TaskClient({
    host: values.LB_IP,
    port: values.LB_CLIENTPULLPORT,
    name: 'penstock',
    ...(values.PENSTOCK_KEY === undefined ? {} : { key: values.PENSTOCK_KEY }),
    onWarning: ({ message }) => {
      if (isReady) notes.print(message);
    },
  });
  try {
    const ready = client.ready(CONNECT_MS).catch((error: unknown) => {
      throw refusedByKey(error) ?? noBalancerAt(clientPlace(values), 'LB_IP', 'LB_CLIENTPULLPORT');
    });
    await unlessAborted(ready, signal);
    isReady = true;
    return await body(client, signal);
  } catch (error) {
    throw asCommandError(error);
  } finally {
    await client.close();
  }
}
