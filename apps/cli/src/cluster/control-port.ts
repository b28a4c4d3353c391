import { PeerKey } from '@penstock/keys';
import { ZmqClient } from '@penstock/nestjs-zeromq';
import type { ParameterValues } from '@penstock/parameters';
import { controlCheckSchema, parseMessage, Pattern, type ControlCheck } from '@penstock/protocol';
import { isIPv6 } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { noBalancerAt, refusedByKey } from './where.js';

const ANSWER_MS = 3_000;

/** Who answers at a control port. */
export interface Checked extends ControlCheck {
  readonly endpoint: string;
}

/**
 * Asks the balancer who it is.
 *
 * @throws CommandError when nobody answers, or the key is refused; PenstockError `INVALID_KEY`
 */
export async function checkBalancer({
  LB_IP,
  LB_HCREPPORT,
  PENSTOCK_KEY,
}: ParameterValues): Promise<Checked> {
  const endpoint = `tcp://${isIPv6(LB_IP) ? `[${LB_IP}]` : LB_IP}:${LB_HCREPPORT}`;
  const key = PENSTOCK_KEY === undefined ? undefined : PeerKey.read(PENSTOCK_KEY);
  const client = new ZmqClient({
    endpoint,
    timeoutMs: ANSWER_MS,
    ...(key === undefined ? {} : { curve: key.curve() }),
  });
  try {
    const data = key === undefined ? {} : { identity: key.identity(Pattern.controlCheck) };
    const answer = await firstValueFrom(client.send<unknown>(Pattern.controlCheck, data));
    return { endpoint, ...parseMessage(controlCheckSchema, answer, Pattern.controlCheck) };
  } catch (error) {
    throw refusedByKey(error) ?? noBalancerAt(endpoint, 'LB_IP', 'LB_HCREPPORT');
  } finally {
    client.close();
  }
}
