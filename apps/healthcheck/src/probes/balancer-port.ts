import type { PeerKey } from '@penstock/keys';
import { ZmqClient } from '@penstock/nestjs-zeromq';
import {
  controlCheckSchema,
  controlDownReplySchema,
  hubViewSchema,
  parseMessage,
  Pattern,
  statsViewSchema,
} from '@penstock/protocol';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import type { BalancerReport, Down } from '../verdict/observation.js';

const hubsSchema = z.array(hubViewSchema);

/** The balancer's control port. */
export class BalancerPort {
  private readonly client: ZmqClient;

  /**
   * @param timeoutMs how long an answer is waited for
   * @param key who asks, where the balancer has keys
   */
  constructor(
    readonly endpoint: string,
    timeoutMs: number,
    private readonly key?: PeerKey,
  ) {
    this.client = new ZmqClient({
      endpoint,
      timeoutMs,
      ...(key === undefined ? {} : { curve: key.curve() }),
    });
  }

  /** What it says of itself; `undefined` when it does not answer, or not as a balancer does. */
  async report(): Promise<BalancerReport | undefined> {
    try {
      const [check, hubs, stats] = await Promise.all([
        this.ask(Pattern.controlCheck, controlCheckSchema),
        this.ask(Pattern.controlWorkers, hubsSchema),
        this.ask(Pattern.controlStats, statsViewSchema),
      ]);
      return { check, hubs, stats };
    } catch {
      return undefined;
    }
  }

  /**
   * Tells that a hub is dead.
   *
   * @returns whether its session was open until now
   * @throws PenstockError when there is no answer
   */
  async down({ session, incarnation, reason }: Down): Promise<boolean> {
    const data = { session, incarnation, reason };
    return (await this.ask(Pattern.controlDown, controlDownReplySchema, data, incarnation)).downed;
  }

  close(): void {
    this.client.close();
  }

  private async ask<Schema extends z.ZodType>(
    pattern: string,
    schema: Schema,
    data: object = {},
    subject = '',
  ): Promise<z.infer<Schema>> {
    const { key } = this;
    const said = key === undefined ? data : { ...data, identity: key.identity(pattern, subject) };
    return parseMessage(schema, await firstValueFrom(this.client.send(pattern, said)), pattern);
  }
}
