import type { LoggerService } from '@nestjs/common';
import { KeyRing, keyText, type PortName, type Principal } from '@penstock/keys';
import { PenstockError, type Identity } from '@penstock/protocol';
import { RateBudget, systemClock } from '@penstock/runtime';
import type { Caller, CurveKeys, SocketCounters } from '@penstock/zmq';
import { KeyConnections } from './key-connections.js';

const NO_KEY = new Uint8Array(0);
/** How often it is looked which connections are still there. */
const LOOK_MS = 1_000;

/** What a balancer puts up with from those who have keys, and from those who have none. */
export interface GatekeeperBounds {
  /** Connections of a port that have shaken hands. */
  readonly connections: number;
  /** Of these, connections of the holders of one key. */
  readonly connectionsPerKey: number;
  /** Calls of the holders of one key together, on the average of ten seconds. */
  readonly callsPerSecond: number;
}

/** Who was turned away at a port. */
export interface Refusals {
  /** Connections, by why. */
  readonly connections: ReadonlyMap<string, number>;
  /** Messages that did not prove who says them. */
  readonly identities: number;
  /** Calls of keys whose holders made more of them than they may. */
  readonly hasty: number;
}

class Tally implements Refusals {
  readonly connections = new Map<string, number>();
  identities = 0;
  hasty = 0;
}

/** Asks everybody who comes to a port who it is; without keys nobody is asked. */
export class Gatekeeper {
  /** Told when keys that were admitted may be so no more, with whose a key is now. */
  onKeysChanged: (principalOf: (key: string) => Principal | undefined) => void = () => undefined;
  private readonly tally: Readonly<Record<PortName, Tally>> = {
    clients: new Tally(),
    hubs: new Tally(),
    control: new Tally(),
  };
  /** Whose the connections of each port are. */
  readonly connections: Readonly<Record<PortName, KeyConnections>>;
  private readonly ring: KeyRing | undefined;
  private readonly calls: RateBudget;
  private malformedLists = 0;
  private readonly lookers: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param folder that PENSTOCK_KEYS names; `undefined` = there are no keys
   * @throws PenstockError `INVALID_KEY`
   */
  constructor(
    folder: string | undefined,
    private readonly bounds: GatekeeperBounds,
    private readonly logger: LoggerService,
  ) {
    this.calls = new RateBudget(systemClock, bounds.callsPerSecond);
    const connections = (): KeyConnections => new KeyConnections(bounds.connectionsPerKey);
    this.connections = { clients: connections(), hubs: connections(), control: connections() };
    if (folder === undefined) return;
    const ring = KeyRing.open(folder, {
      onChanged: (changes) => this.onChanged(ring, changes),
      onMalformed: (error) => this.onMalformed(error),
    });
    this.ring = ring;
    this.timer = setInterval(() => {
      for (const look of this.lookers) look();
    }, LOOK_MS).unref();
    logger.log(
      `LB - KEYS ${folder}: ${ring.size} keys are admitted; this balancer's own is ${ring.pair.publicKey}`,
    );
  }

  get refusals(): Readonly<Record<PortName, Refusals>> {
    return this.tally;
  }

  /** Times that the list of keys was changed and could not be used. */
  get malformed(): number {
    return this.malformedLists;
  }

  /** The balancer's own keys; `undefined` = it has none. */
  get keys(): CurveKeys | undefined {
    return this.ring?.pair;
  }

  /**
   * Whether a connection may come in.
   *
   * @param counters of the port, which has this connection already
   */
  admits(port: PortName, { key = NO_KEY, address }: Caller, counters: SocketCounters): boolean {
    const refusal = this.refusalOf(port, key, counters);
    if (refusal === undefined) return true;
    const { connections } = this.tally[port];
    connections.set(refusal, (connections.get(refusal) ?? 0) + 1);
    const name = this.ring?.principalOf(keyText(key))?.name;
    const whose = name === undefined ? '' : ` of the key ${name}`;
    this.logger.debug?.(
      `LB - REFUSED a connection${whose} from ${address} to the port for ${port}: ${refusal}`,
    );
    return false;
  }

  /**
   * Who makes a call, which is charged to its key.
   *
   * @param peer the connection on which it came
   * @param pattern of the message
   * @param subject the incarnation that it is about; otherwise empty
   * @returns `undefined` when there are no keys
   * @throws PenstockError `FORBIDDEN`, `RATE_EXCEEDED`
   */
  identify(
    port: PortName,
    peer: Uint8Array,
    pattern: string,
    subject: string,
    identity: Identity | undefined,
  ): Principal | undefined {
    let principal: Principal | undefined;
    try {
      principal = this.ring?.identify(port, pattern, subject, identity);
    } catch (error) {
      this.tally[port].identities += 1;
      throw error;
    }
    if (principal === undefined) return undefined;
    this.connections[port].prove(peer, principal.key);
    this.charge(port, principal);
    return principal;
  }

  /**
   * Charges a call to a key: all who hold it share one budget, on all of their connections.
   *
   * @throws PenstockError `RATE_EXCEEDED`
   */
  charge(port: PortName, { key, name }: Pick<Principal, 'key' | 'name'>): void {
    const retryAfterMs = this.calls.take(key);
    if (retryAfterMs === 0) return;
    this.tally[port].hasty += 1;
    throw new PenstockError(
      'RATE_EXCEEDED',
      `the holders of the key ${name} make more calls in a second than they may`,
      { details: { retryAfterMs } },
    );
  }

  /** The public keys of those who look after health, for hubs to admit. */
  get healthKeys(): string[] | undefined {
    return this.ring?.keysOf('health');
  }

  /** Has a port look, every second, which of its {@link connections} are still there: without keys nobody wants to know. */
  onLook(look: () => void): void {
    this.lookers.push(look);
  }

  close(): void {
    clearInterval(this.timer);
    this.ring?.close();
  }

  private refusalOf(
    port: PortName,
    key: Uint8Array,
    { connections, handshaking }: SocketCounters,
  ): string | undefined {
    // Whoever has not shaken hands has no key for all that is known: he must not take the room of those who have one.
    if (connections - handshaking >= this.bounds.connections) return 'connections';
    if (this.ring === undefined) return undefined;
    const refusal = this.ring.refusalOf(port, key);
    if (refusal !== undefined) return refusal;
    return this.connections[port].admit(keyText(key), connections) ? undefined : 'key-connections';
  }

  private onChanged(ring: KeyRing, changes: readonly string[]): void {
    this.logger.log(`LB - THE LIST OF KEYS HAS CHANGED: ${ring.size} keys are on it`);
    for (const change of changes) this.logger.log(`LB - AUDIT ${change}`);
    this.onKeysChanged((key) => ring.principalOf(key));
  }

  private onMalformed(error: unknown): void {
    this.malformedLists += 1;
    this.logger.error(`LB - WARNING : ${(error as Error).message}: the list of keys before it holds on`);
  }
}
