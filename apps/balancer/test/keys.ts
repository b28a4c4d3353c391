import { BalancerFolder, PeerKey, type KeyGrant } from '@penstock/keys';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The keys of a balancer under test, and of whoever comes to it. */
export class TestKeys {
  private readonly path = mkdtempSync(join(tmpdir(), 'penstock-doors-'));
  readonly balancer = new BalancerFolder(join(this.path, 'balancer'));
  private issued = 0;

  constructor() {
    this.balancer.init();
  }

  /** A key that is admitted, once the balancer has read the list. */
  issue(role: KeyGrant['role'], grants: Pick<KeyGrant, 'users' | 'tasks'> = {}): PeerKey {
    this.issued += 1;
    const name = `${role}-${this.issued}`;
    return new PeerKey(this.balancer.issue(join(this.path, `${name}.key`), { name, role, ...grants }));
  }

  /** A key that is on no list. */
  forge(role: KeyGrant['role']): PeerKey {
    const allowed = this.balancer.readAllowed();
    const forged = this.issue(role);
    this.balancer.writeAllowed(allowed);
    return forged;
  }

  /** Takes a key from the list. */
  revoke({ file }: PeerKey): void {
    this.balancer.writeAllowed(
      this.balancer.readAllowed().filter(({ publicKey }) => publicKey !== file.publicKey),
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
