import { ZmqClient } from '@penstock/nestjs-zeromq';
import type { ParameterValues } from '@penstock/parameters';
import { controlCheckSchema, parseMessage, Pattern, type ControlCheck } from '@penstock/protocol';
import { isIPv6 } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { noBalancerAt } from './where.js';

const ANSWER_MS = 3_000;

/** Who answers at a control port. */
export interface Checked extends ControlCheck {
  readonly endpoint: string;
}

/**
 * Asks the balancer who it is.
 *
 * @throws CommandError when nobody answers
 */
export async function checkBalancer({ LB_IP, LB_HCREPPORT }: ParameterValues): Promise<Checked> {
  const endpoint = `tcp://${isIPv6(LB_IP) ? `[${LB_IP}]` : LB_IP}:${LB_HCREPPORT}`;
  const client = new ZmqClient({ endpoint, timeoutMs: ANSWER_MS });
  try {
    const answer = await firstValueFrom(client.send<unknown>(Pattern.controlCheck, {}));
    return { endpoint, ...parseMessage(controlCheckSchema, answer, Pattern.controlCheck) };
  } catch {
    throw noBalancerAt(endpoint, 'LB_IP', 'LB_HCREPPORT');
  } finally {
    client.close();
  }
}
