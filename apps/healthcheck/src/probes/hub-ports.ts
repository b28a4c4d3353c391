import type { PeerKey } from '@penstock/keys';
import { ZmqClient } from '@penstock/nestjs-zeromq';
import { hubProbeReplySchema, parseMessage, Pattern, type HubView } from '@penstock/protocol';
import { firstValueFrom } from 'rxjs';
import type { ProbeResult } from '../verdict/observation.js';
import type { AllowedAddresses } from './allowed-addresses.js';

/** The probe ports of all hubs, each with a connection of its own. */
export class HubPorts {
  private readonly clients = new Map<string, ZmqClient>();

  /**
   * @param timeoutMs how long an answer is waited for
   * @param key who asks, where hubs have keys
   */
  constructor(
    private readonly allowed: AllowedAddresses,
    private readonly timeoutMs: number,
    private readonly key?: PeerKey,
  ) {}

  /** Probes hubs, all at once. Connections to others are closed. */
  async probe(hubs: readonly HubView[]): Promise<ReadonlyMap<string, ProbeResult>> {
    const used = new Set<string>();
    const results = await Promise.all(
      hubs.map(async (hub) => [hub.incarnation, await this.probeHub(hub, used)] as const),
    );
    for (const [id, client] of this.clients) {
      if (used.has(id)) continue;
      this.clients.delete(id);
      client.close();
    }
    return new Map(results);
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
    this.clients.clear();
  }

  private async probeHub({ probe, incarnation }: HubView, used: Set<string>): Promise<ProbeResult> {
    if (probe === undefined) return { kind: 'unprobed', why: 'it announces no port for probes' };
    const address = await this.allowed.resolve(probe.host);
    if (address === undefined) return { kind: 'unprobed', why: `${probe.host} is not in HC_ALLOW` };
    const endpoint = `tcp://${address.includes(':') ? `[${address}]` : address}:${probe.port}`;
    used.add(clientId(endpoint, probe.key));
    try {
      const answer = await firstValueFrom(this.clientFor(endpoint, probe.key).send(Pattern.hubProbe, {}));
      const reply = parseMessage(hubProbeReplySchema, answer, 'the answer to a probe');
      if (reply.incarnation === incarnation) return { kind: 'answered', reply };
      return { kind: 'missed', why: 'another hub answers there' };
    } catch (error) {
      return { kind: 'missed', why: reasonOf(error) };
    }
  }

  /** @param hubKey what the balancer says is the key of the hub there */
  private clientFor(endpoint: string, hubKey: string | undefined): ZmqClient {
    const id = clientId(endpoint, hubKey);
    let client = this.clients.get(id);
    if (client === undefined) {
      const { key, timeoutMs } = this;
      const curve = key === undefined || hubKey === undefined ? {} : { curve: key.curve(hubKey) };
      client = new ZmqClient({ endpoint, timeoutMs, ...curve });
      this.clients.set(id, client);
    }
    return client;
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return code === 'INVALID_MESSAGE' ? 'what answers there is no hub' : 'no answer';
}

/** A hub that comes back with another key is dialled anew. */
function clientId(endpoint: string, hubKey = ''): string {
  return `${endpoint} ${hubKey}`;
}
