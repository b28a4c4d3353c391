import type { LoggerService } from '@nestjs/common';
import { KeyRing, type PortName, type Principal } from '@penstock/keys';
import { PenstockError, type Identity } from '@penstock/protocol';
import { RateBudget, systemClock } from '@penstock/runtime';
import type { Caller, CurveKeys } from '@penstock/zmq';

const NO_KEY = new Uint8Array(0);

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
  private readonly ring: KeyRing | undefined;
  private readonly calls: RateBudget;
  private malformedLists = 0;

  /**
   * @param folder that PENSTOCK_KEYS names; `undefined` = there are no keys
   * @param callsPerSecond of the holders of one key together, on the average of ten seconds
   * @throws PenstockError `INVALID_KEY`
   */
  constructor(
    folder: string | undefined,
    callsPerSecond: number,
    private readonly logger: LoggerService,
  ) {
    this.calls = new RateBudget(systemClock, callsPerSecond);
    if (folder === undefined) return;
    const ring = KeyRing.open(folder, {
      onChanged: () => this.onChanged(ring),
      onMalformed: (error) => this.onMalformed(error),
    });
    this.ring = ring;
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
   * @param isFull whether the port has as many as it may
   */
  admits(port: PortName, { key, address }: Caller, isFull: boolean): boolean {
    const refusal = isFull ? 'connections' : this.ring?.refusalOf(port, key ?? NO_KEY);
    if (refusal === undefined) return true;
    const { connections } = this.tally[port];
    connections.set(refusal, (connections.get(refusal) ?? 0) + 1);
    this.logger.debug?.(`LB - REFUSED a connection from ${address} to the port for ${port}: ${refusal}`);
    return false;
  }

  /**
   * Who makes a call, which is charged to its key.
   *
   * @param pattern of the message
   * @param subject the incarnation that it is about; otherwise empty
   * @returns `undefined` when there are no keys
   * @throws PenstockError `FORBIDDEN`, `RATE_EXCEEDED`
   */
  identify(
    port: PortName,
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
    if (principal !== undefined) this.charge(port, principal);
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

  close(): void {
    this.ring?.close();
  }

  private onChanged(ring: KeyRing): void {
    this.logger.log(`LB - THE LIST OF KEYS HAS CHANGED: ${ring.size} keys are on it`);
    this.onKeysChanged((key) => ring.principalOf(key));
  }

  private onMalformed(error: unknown): void {
    this.malformedLists += 1;
    this.logger.error(`LB - WARNING : ${(error as Error).message}: the list of keys before it holds on`);
  }
}
