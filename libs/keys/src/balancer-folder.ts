import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FolderLock } from './folder-lock.js';
import { invalid, readKeyFile, writeKeyFile } from './key-file.js';
import { newKeyPair, type KeyPair } from './key-pair.js';
import type { Role } from './roles.js';
import {
  allowedKeysSchema,
  balancerKeySchema,
  peerKeySchema,
  type AllowedKey,
  type AllowedKeys,
  type PeerKeyFile,
} from './schemas.js';

/** Rights of a file with a secret: its owner's alone. */
const SECRET = 0o600;
/** Rights of the list of admitted keys, which has no secrets. */
const PUBLIC = 0o644;

/** What a key is to be allowed. */
export type KeyGrant = Omit<AllowedKey, 'publicKey'>;

/** The folder that PENSTOCK_KEYS names: the balancer's own pair, and the keys that are admitted. */
export class BalancerFolder {
  private readonly lock: FolderLock;

  constructor(readonly folder: string) {
    this.lock = new FolderLock(join(folder, 'allowed.json.lock'));
  }

  /** The balancer's own pair. */
  get keyFile(): string {
    return join(this.folder, 'balancer.key');
  }

  /** The list of admitted keys. */
  get allowedFile(): string {
    return join(this.folder, 'allowed.json');
  }

  /** @throws PenstockError `INVALID_KEY` */
  readKey(): KeyPair {
    return readKeyFile(this.keyFile, balancerKeySchema, true);
  }

  /** @throws PenstockError `INVALID_KEY` */
  readAllowed(): readonly AllowedKey[] {
    return readKeyFile(this.allowedFile, allowedKeysSchema, false).keys;
  }

  /**
   * Makes the files that are not there.
   *
   * @returns those that it made
   * @throws PenstockError `INVALID_KEY` when one that is there is of no use
   */
  init(): string[] {
    return this.change(() => this.makeMissing());
  }

  /**
   * Does something to the folder while no other process changes it, so that none undoes what the other did.
   *
   * @throws PenstockError `INVALID_KEY` when another one does not come to an end
   */
  change<Result>(act: () => Result): Result {
    return this.lock.during(act);
  }

  /**
   * Makes a key, admits it, and writes the file for whoever is to have it. In that order: a file whose key is not
   * admitted would be of no use, and a key without a file harms nobody.
   *
   * @param path of the peer's file
   * @param keep which of the keys that are admitted now stay so; default: all
   * @throws PenstockError `INVALID_KEY`
   */
  issue(
    path: string,
    grant: KeyGrant,
    keep: (key: AllowedKey) => AllowedKey | undefined = (key) => key,
  ): PeerKeyFile {
    return this.change(() => {
      const { publicKey: balancer } = this.readKey();
      const pair = newKeyPair();
      const kept = this.readAllowed().flatMap((key) => keep(key) ?? []);
      this.writeAllowed([...kept, { ...grant, publicKey: pair.publicKey }]);
      const file: PeerKeyFile = {
        penstock: 'peer key',
        version: 1,
        name: grant.name,
        role: grant.role,
        ...pair,
        balancer,
      };
      writeKeyFile(path, file, SECRET);
      return file;
    });
  }

  /** Replaces the list; whoever makes the new one of the old one does both in a {@link change}. A balancer that runs takes it up by itself. */
  writeAllowed(keys: readonly AllowedKey[]): void {
    const list: AllowedKeys = { penstock: 'allowed keys', version: 1, keys: [...keys] };
    const checked = allowedKeysSchema.safeParse(list);
    if (!checked.success)
      throw invalid(this.allowedFile, checked.error.issues[0]?.message ?? 'it is not valid');
    this.change(() => writeKeyFile(this.allowedFile, list, PUBLIC));
  }

  private makeMissing(): string[] {
    const made: string[] = [];
    if (existsSync(this.keyFile)) this.readKey();
    else {
      writeKeyFile(this.keyFile, { penstock: 'balancer key', version: 1, ...newKeyPair() }, SECRET);
      made.push(this.keyFile);
    }
    if (existsSync(this.allowedFile)) this.readAllowed();
    else {
      this.writeAllowed([]);
      made.push(this.allowedFile);
    }
    return made;
  }
}

/** Parts that have a key of their own when all is made at once, each in a folder that can be a volume by itself. */
const parts = ['worker', 'health', 'client', 'admin'] as const satisfies readonly Role[];

/**
 * Makes all keys of a Penstock that are not there yet: the balancer's folder, and a key for each kind of peer.
 *
 * @returns the files that it made
 * @throws PenstockError `INVALID_KEY` when a file that is there is of no use
 */
export function initKeys(folder: string): string[] {
  const balancer = new BalancerFolder(join(folder, 'balancer'));
  return balancer.change(() => makeKeys(folder, balancer));
}

function makeKeys(folder: string, balancer: BalancerFolder): string[] {
  const made = balancer.init();
  const { publicKey } = balancer.readKey();
  for (const part of parts) {
    const path = join(folder, part, 'peer.key');
    if (!existsSync(path)) {
      // One that was admitted before, and whose file is gone, is nobody's any more.
      balancer.issue(path, { name: part, role: part }, (key) => (key.name === part ? undefined : key));
      made.push(path);
    } else requireOwn(path, publicKey);
  }
  return made;
}

/** A volume that outlived the balancer's would hold a key that opens nothing. */
function requireOwn(path: string, balancer: string): void {
  if (readKeyFile(path, peerKeySchema, true).balancer === balancer) return;
  throw invalid(path, 'it was made for another balancer: remove it, and it is made anew');
}
