import { statSync } from 'node:fs';
import { PenstockError, type Identity } from '@penstock/protocol';
import { changesIn, type Listed } from '@penstock/runtime';
import { BalancerFolder } from './balancer-folder.js';
import type { KeyPair } from './key-pair.js';
import { isProven, sharedSecret } from './proof.js';
import { admits, type PortName, type Role } from './roles.js';
import type { AllowedKey } from './schemas.js';
import { keyText } from './z85.js';

/** How often the list of admitted keys is looked at. */
const LOOK_MS = 1_000;
/** Nonces that are remembered of each key; see {@link KeyRing.identify}. */
const NONCES_MAX = 4_096;

/** Whose a key is, and what it may do. */
export interface Principal {
  readonly key: string;
  readonly name: string;
  readonly role: Role;
  /** Users in whose names it may act; `undefined` = all. */
  readonly users: ReadonlySet<string> | undefined;
  /** Names of the tasks that it may hand in or run; `undefined` = all. */
  readonly tasks: ReadonlySet<string> | undefined;
}

/** Why a key is not admitted. */
export type KeyRefusal = 'unknown-key' | 'expired' | 'role';

/** What a {@link KeyRing} tells. */
export interface KeyRingListener {
  /**
   * The list was read anew, or a key has expired: what was admitted before may be so no more.
   *
   * @param changes to the list, a line each
   */
  onChanged(changes: readonly string[]): void;
  /** The list was changed and cannot be used; the one before holds on. */
  onMalformed(error: unknown): void;
}

interface Entry {
  readonly principal: Principal;
  readonly expiresAt: number;
  readonly listed: Listed;
  /** What the balancer shares with it, once it is asked for. */
  secret: Buffer | undefined;
  readonly nonces: Set<string>;
}

/** The balancer's own keys and those that it admits, as they are now: the list is read anew when it changes. */
export class KeyRing {
  private entries: ReadonlyMap<string, Entry> = new Map();
  private stamp = '';
  private nextExpiryAt = Infinity;
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly folder: BalancerFolder,
    readonly pair: KeyPair,
    private readonly listener: KeyRingListener,
    private readonly wallMs: () => number,
  ) {
    this.stamp = this.stampNow();
    this.entries = this.read();
    this.nextExpiryAt = this.nextExpiry();
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  /**
   * Opens the folder that PENSTOCK_KEYS names.
   *
   * @throws PenstockError `INVALID_KEY`
   */
  static open(folder: string, listener: KeyRingListener, wallMs: () => number = Date.now): KeyRing {
    const files = new BalancerFolder(folder);
    return new KeyRing(files, files.readKey(), listener, wallMs);
  }

  /** Keys that are on the list. */
  get size(): number {
    return this.entries.size;
  }

  /** Why the holder of a key may not come in at a port; `undefined` = it may. */
  refusalOf(port: PortName, key: Uint8Array): KeyRefusal | undefined {
    const entry = this.entries.get(keyText(key));
    if (entry === undefined) return 'unknown-key';
    if (entry.expiresAt <= this.wallMs()) return 'expired';
    return admits(port, entry.principal.role) ? undefined : 'role';
  }

  /** Whose a key is, if it is admitted. */
  principalOf(key: string): Principal | undefined {
    const entry = this.entries.get(key);
    return entry === undefined || entry.expiresAt <= this.wallMs() ? undefined : entry.principal;
  }

  /** The public keys of a role. */
  keysOf(role: Role): string[] {
    const now = this.wallMs();
    return [...this.entries.values()].flatMap(({ principal, expiresAt }) =>
      principal.role === role && expiresAt > now ? [principal.key] : [],
    );
  }

  /**
   * Who says so. Each proof counts once; as only the holder of a key can make one, only it can push its own old ones out
   * of what is remembered.
   *
   * @param pattern of the message that says it
   * @param subject the incarnation that it is about; otherwise empty
   * @throws PenstockError `FORBIDDEN`
   */
  identify(port: PortName, pattern: string, subject: string, identity: Identity | undefined): Principal {
    if (identity === undefined) throw forbidden(`${pattern} must say with which key: this balancer has keys`);
    const entry = this.entries.get(identity.key);
    if (entry === undefined || entry.expiresAt <= this.wallMs())
      throw forbidden(`the key of this ${pattern} is not admitted here, or not any more`);
    const { principal, nonces } = entry;
    if (!admits(port, principal.role))
      throw forbidden(`the key ${principal.name} has the role ${principal.role}, which has no business here`);
    const { secretKey, publicKey: to } = this.pair;
    entry.secret ??= sharedSecret(secretKey, identity.key);
    if (!isProven(entry.secret, identity, { pattern, subject, to }))
      throw forbidden(`the proof of this ${pattern} is not one of the key that it names`);
    if (nonces.has(identity.nonce)) throw forbidden(`the proof of this ${pattern} was used before`);
    nonces.add(identity.nonce);
    if (nonces.size > NONCES_MAX) for (const oldest of nonces) if (nonces.delete(oldest)) break;
    return principal;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const stamp = this.stampNow();
    const isExpired = this.wallMs() >= this.nextExpiryAt;
    if (stamp === this.stamp && !isExpired) return;
    const before = this.listed;
    if (stamp !== this.stamp) {
      this.stamp = stamp;
      try {
        this.entries = this.read();
      } catch (error) {
        this.listener.onMalformed(error);
        return;
      }
    }
    this.nextExpiryAt = this.nextExpiry();
    this.listener.onChanged(changesIn(before, this.listed));
  }

  private get listed(): ReadonlyMap<string, Listed> {
    return new Map([...this.entries].map(([key, { listed }]) => [key, listed]));
  }

  /** @throws PenstockError `INVALID_KEY` */
  private read(): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const allowed of this.folder.readAllowed()) {
      const { publicKey, expires } = allowed;
      const before = this.entries.get(publicKey);
      entries.set(publicKey, {
        principal: principalOf(allowed),
        expiresAt: expires === undefined ? Infinity : Date.parse(expires),
        listed: listedAs(allowed),
        secret: before?.secret,
        nonces: before?.nonces ?? new Set(),
      });
    }
    return entries;
  }

  private nextExpiry(): number {
    const now = this.wallMs();
    let next = Infinity;
    for (const { expiresAt } of this.entries.values()) if (expiresAt > now) next = Math.min(next, expiresAt);
    return next;
  }

  /** What tells one version of the list from the next: a file that replaces another has another number. */
  private stampNow(): string {
    try {
      const { mtimeNs, size, ino } = statSync(this.folder.allowedFile, { bigint: true });
      return `${mtimeNs} ${size} ${ino}`;
    } catch {
      return 'gone';
    }
  }
}

function principalOf({ name, role, publicKey: key, users, tasks }: AllowedKey): Principal {
  return {
    key,
    name,
    role,
    users: users === undefined ? undefined : new Set(users),
    tasks: tasks === undefined ? undefined : new Set(tasks),
  };
}

function listedAs({ name, role, publicKey, users, tasks, expires = 'never' }: AllowedKey): Listed {
  const words = (some: readonly string[] | undefined): string => some?.join(', ') ?? 'all';
  return {
    name: `the key ${JSON.stringify(name)} (${publicKey})`,
    facts: { role, users: words(users), tasks: words(tasks), expires },
  };
}

function forbidden(message: string): PenstockError {
  return new PenstockError('FORBIDDEN', message);
}
