import { timingSafeEqual } from 'node:crypto';
import type { Listed } from '@penstock/runtime';
import type { Caller } from './caller.js';
import { RefusedError } from './refused-error.js';
import { hashOf, tokenId } from './token.js';
import type { TokenEntry } from './tokens-file.js';

/** The tokens that are known, as a program sees them that checks some. */
export class TokenList {
  private readonly byId: ReadonlyMap<string, Caller>;
  private readonly hashes: readonly (readonly [hash: Buffer, caller: Caller])[];
  /** As people are told of them. */
  readonly listed: ReadonlyMap<string, Listed>;

  constructor(entries: readonly TokenEntry[]) {
    this.hashes = entries.map((entry) => [Buffer.from(entry.sha256, 'hex'), callerOf(entry)] as const);
    this.listed = new Map(entries.map((entry) => [entry.sha256, listedAs(entry)]));
    this.byId = new Map(this.hashes.map(([hash, caller]) => [tokenId(hash.toString('hex')), caller]));
  }

  /**
   * Whose token this is. Takes as long whichever it is, and whether or not it is one.
   *
   * @throws RefusedError `UNAUTHENTICATED`
   */
  open(token: string, now: number): Caller {
    const presented = Buffer.from(hashOf(token), 'hex');
    let found: Caller | undefined;
    for (const [hash, caller] of this.hashes) if (timingSafeEqual(hash, presented)) found = caller;
    if (found === undefined)
      throw new RefusedError('wrong_token', 'this token is not known here: it was revoked, or never was one');
    if (isOver(found, now))
      throw new RefusedError('expired_token', `the token ${JSON.stringify(found.name)} has expired`);
    return found;
  }

  /** A token that still holds. */
  find(id: string, now: number): Caller | undefined {
    const caller = this.byId.get(id);
    return caller === undefined || isOver(caller, now) ? undefined : caller;
  }
}

function isOver({ expiresAt = Number.POSITIVE_INFINITY }: Caller, now: number): boolean {
  return expiresAt <= now;
}

function callerOf({ name, role, sha256, expires, users, tasks }: TokenEntry): Caller {
  return {
    name,
    role,
    by: 'token',
    tokenId: tokenId(sha256),
    ...(expires === undefined ? {} : { expiresAt: Date.parse(expires) }),
    ...(role === 'client' ? { users: users ?? [name] } : {}),
    ...(tasks === undefined ? {} : { tasks }),
  };
}

function listedAs({ name, role, users, tasks, expires = 'never' }: TokenEntry): Listed {
  const ofClient = users ?? [name];
  return {
    name: `the token ${JSON.stringify(name)}`,
    facts: {
      role,
      users: role !== 'client' || ofClient === '*' ? 'all' : ofClient.join(', '),
      tasks: tasks?.join(', ') ?? 'all',
      expires,
    },
  };
}
