import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshFolder } from '../test/folder.js';
import { BalancerFolder, type KeyGrant } from './balancer-folder.js';
import { KeyRing } from './key-ring.js';
import { PeerKey } from './peer-key.js';
import { keyBytes } from './z85.js';

const PATTERN = 'client.hello';

/** A balancer's keys, and what its ring tells. */
function openRing() {
  const path = freshFolder();
  const folder = new BalancerFolder(join(path, 'balancer'));
  folder.init();
  let issued = 0;
  const issue = (grant: Partial<KeyGrant> = {}): PeerKey => {
    issued += 1;
    return new PeerKey(
      folder.issue(join(path, `${issued}.key`), { name: `key-${issued}`, role: 'client', ...grant }),
    );
  };
  const clock = { wallMs: Date.now() };
  let told = Promise.withResolvers<readonly string[]>();
  const changes = (): Promise<readonly string[]> => told.promise;
  const malformed: unknown[] = [];
  const tell = (lines: readonly string[] = []): void => {
    told.resolve(lines);
    told = Promise.withResolvers();
  };
  const open = (): KeyRing => {
    const ring = KeyRing.open(
      folder.folder,
      {
        onChanged: tell,
        onMalformed: (error) => {
          malformed.push(error);
          tell();
        },
      },
      () => clock.wallMs,
    );
    onTestFinished(() => ring.close());
    return ring;
  };
  return { folder, issue, open, clock, changes, malformed };
}

function refusal(ring: KeyRing, key: PeerKey, port: 'clients' | 'hubs' | 'control' = 'clients') {
  return ring.refusalOf(port, keyBytes(key.file.publicKey));
}

describe('KeyRing', () => {
  it('admits a key at the ports of its role, and nowhere else', () => {
    const { issue, open } = openRing();
    const keys = { client: issue(), worker: issue({ role: 'worker' }), viewer: issue({ role: 'viewer' }) };
    const ring = open();
    expect(refusal(ring, keys.client)).toBeUndefined();
    expect(refusal(ring, keys.client, 'hubs')).toBe('role');
    expect(refusal(ring, keys.client, 'control')).toBe('role');
    expect(refusal(ring, keys.worker, 'hubs')).toBeUndefined();
    expect(refusal(ring, keys.viewer, 'control')).toBeUndefined();
    expect(ring.refusalOf('clients', Buffer.alloc(32, 7))).toBe('unknown-key');
  });

  it('knows who says something, and what that may do', () => {
    const { issue, open } = openRing();
    const key = issue({ users: ['mary'], tasks: ['HELLO'] });
    const principal = open().identify('clients', PATTERN, 'c-1', key.identity(PATTERN, 'c-1'));
    expect(principal).toEqual({
      key: key.file.publicKey,
      name: 'key-1',
      role: 'client',
      users: new Set(['mary']),
      tasks: new Set(['HELLO']),
    });
  });

  it('refuses what is not proved', () => {
    const { issue, open } = openRing();
    const [key, other, worker] = [issue(), issue(), issue({ role: 'worker' })];
    const ring = open();
    const identify = (identity: ReturnType<PeerKey['identity']> | undefined) => () =>
      ring.identify('clients', PATTERN, 'c-1', identity);
    const honest = key.identity(PATTERN, 'c-1');
    expect(identify(undefined)).toThrow(/must say with which key/);
    expect(identify({ ...honest, key: other.file.publicKey })).toThrow(/proof .* is not one of the key/);
    expect(identify(key.identity(PATTERN, 'c-2'))).toThrow(/is not one of the key/);
    expect(identify(worker.identity(PATTERN, 'c-1'))).toThrow(/has the role worker/);
    expect(identify(honest)).not.toThrow();
    expect(identify(honest)).toThrow(/used before/);
    expect(identify({ ...honest, key: 'x'.repeat(40) })).toThrow(/not admitted here/);
  });

  it('takes up a changed list by itself', async () => {
    const { issue, open, folder, changes } = openRing();
    const first = issue();
    const ring = open();
    const grown = changes();
    const second = issue();
    expect(refusal(ring, second)).toBe('unknown-key');
    await grown;
    expect(refusal(ring, second)).toBeUndefined();
    const shrunk = changes();
    folder.writeAllowed(folder.readAllowed().slice(1));
    await shrunk;
    expect(refusal(ring, first)).toBe('unknown-key');
    expect(ring.principalOf(first.file.publicKey)).toBeUndefined();
  });

  it('says what was changed in it, what was and what is', async () => {
    const { issue, open, folder, changes } = openRing();
    const { publicKey } = issue({ users: ['mary'] }).file;
    open();
    const changed = changes();
    const [entry] = folder.readAllowed();
    const users = ['mary', 'john'];
    folder.writeAllowed([{ ...entry, name: 'key-1', publicKey, role: 'operator', users }]);
    expect(await changed).toEqual([
      `the key "key-1" (${publicKey}) was changed: role client → operator; users mary → mary, john`,
    ]);
    const shrunk = changes();
    folder.writeAllowed([]);
    expect(await shrunk).toEqual([
      `the key "key-1" (${publicKey}) was removed: role operator; users mary, john; tasks all; expires never`,
    ]);
  });

  it('keeps the list that it has when the new one is malformed, and tells', async () => {
    const { issue, open, folder, changes, malformed } = openRing();
    const key = issue();
    const ring = open();
    const changed = changes();
    writeFileSync(folder.allowedFile, '{"keys": [');
    await changed;
    expect(malformed).toEqual([expect.objectContaining({ code: 'INVALID_KEY' })]);
    expect(refusal(ring, key)).toBeUndefined();
  });

  it('admits a key no more once it has expired, and tells', async () => {
    const { issue, open, clock, changes } = openRing();
    const key = issue({ expires: new Date(clock.wallMs + 60_000).toISOString() });
    const ring = open();
    expect(refusal(ring, key)).toBeUndefined();
    clock.wallMs += 60_000;
    expect(refusal(ring, key)).toBe('expired');
    await changes();
    expect(ring.principalOf(key.file.publicKey)).toBeUndefined();
  });
});
