import { keyText } from '@penstock/keys';

/** Whose probes a hub answers that has a key: nobody's until its balancer has named somebody. */
export class ProbeGuests {
  private keys: ReadonlySet<string> = new Set();

  /** The public keys that are admitted from now on. */
  set(keys: readonly string[]): void {
    this.keys = new Set(keys);
  }

  /** @param key as it came with a connection */
  has(key: Uint8Array): boolean {
    return this.keys.has(keyText(key));
  }
}
