import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../test/folder.js';
import { BalancerFolder, initKeys } from './balancer-folder.js';
import { PeerKey } from './peer-key.js';

const secretFiles = [
  'balancer/balancer.key',
  ...['worker', 'health', 'client', 'admin'].map((part) => `${part}/peer.key`),
];

describe('initKeys', () => {
  it('makes the folder of the balancer and a key for each part, and secrets for their owner alone', () => {
    const folder = freshFolder();
    expect(initKeys(folder)).toHaveLength(6);
    for (const file of secretFiles) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    const balancer = new BalancerFolder(join(folder, 'balancer'));
    const allowed = balancer.readAllowed();
    expect(allowed.map(({ name, role }) => [name, role])).toEqual(
      ['worker', 'health', 'client', 'admin'].map((part) => [part, part]),
    );
    const { file } = PeerKey.read(join(folder, 'worker/peer.key'));
    expect(file).toMatchObject({ name: 'worker', role: 'worker', balancer: balancer.readKey().publicKey });
    expect(allowed.find(({ name }) => name === 'worker')?.publicKey).toBe(file.publicKey);
  });

  it('changes nothing that is there', () => {
    const folder = freshFolder();
    initKeys(folder);
    const before = secretFiles.map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(initKeys(folder)).toEqual([]);
    expect(secretFiles.map((file) => readFileSync(join(folder, file), 'utf8'))).toEqual(before);
  });

  it('makes a key anew whose file is gone, and admits the old one no more', () => {
    const folder = freshFolder();
    initKeys(folder);
    const path = join(folder, 'worker/peer.key');
    const old = PeerKey.read(path).file.publicKey;
    rmSync(path);
    expect(initKeys(folder)).toEqual([path]);
    const keys = new BalancerFolder(join(folder, 'balancer')).readAllowed().map(({ publicKey }) => publicKey);
    expect(keys).toHaveLength(4);
    expect(keys).not.toContain(old);
    expect(keys).toContain(PeerKey.read(path).file.publicKey);
  });

  it('says so when a key is there that was made for another balancer', () => {
    const folder = freshFolder();
    initKeys(folder);
    rmSync(join(folder, 'balancer'), { recursive: true });
    expect(() => initKeys(folder)).toThrow(/worker.*made for another balancer: remove it/);
  });
});

describe('a file of keys', () => {
  function peerFile(change: (file: Record<string, unknown>) => unknown): string {
    const folder = freshFolder();
    initKeys(folder);
    const path = join(folder, 'worker/peer.key');
    const text = readFileSync(path, 'utf8');
    const changed = change(JSON.parse(text) as Record<string, unknown>);
    writeFileSync(path, typeof changed === 'string' ? changed : JSON.stringify(changed));
    return path;
  }

  it.each([
    ['is no JSON', () => 'secret: hunter2', /it is no JSON/],
    ['has an unknown role', (file: object) => ({ ...file, role: 'king' }), /role: /],
    [
      'has a malformed key',
      (file: object) => ({ ...file, secretKey: 'x' }),
      /secretKey: expected a key: 40 letters/,
    ],
    [
      'has halves that do not belong together',
      (file: { balancer?: string }) => ({ ...file, publicKey: file.balancer }),
      /publicKey is not that of secretKey/,
    ],
    ['is of a later version', (file: object) => ({ ...file, version: 2 }), /version: expected version 1/],
    ['has what nobody knows', (file: object) => ({ ...file, colour: 'red' }), /colour/],
  ])('that %s is refused, with the file and the fault and without the secret', (_, change, message) => {
    const path = peerFile(change);
    const refused = expect.objectContaining({ code: 'INVALID_KEY', details: { file: path } });
    expect(() => PeerKey.read(path)).toThrow(refused);
    expect(() => PeerKey.read(path)).toThrow(message);
    expect(() => PeerKey.read(path)).not.toThrow('hunter2');
  });

  it.each([0o644, 0o660, 0o601])(
    'with a secret and the rights %o is refused, and told how to mend it',
    (mode) => {
      const path = peerFile((file) => file);
      chmodSync(path, mode);
      expect(() => PeerKey.read(path)).toThrow(/open to others.*chmod 600/);
      chmodSync(path, 0o440);
      expect(PeerKey.read(path).file.name).toBe('worker');
    },
  );

  it('that is not there is refused, and told how to make one', () => {
    expect(() => PeerKey.read('/nowhere/peer.key')).toThrow(/no such file.*penstock keys/);
  });
});

describe('BalancerFolder', () => {
  it('issues a key in place of another, which stays for as long as it is told', () => {
    const folder = freshFolder();
    initKeys(folder);
    const balancer = new BalancerFolder(join(folder, 'balancer'));
    const expires = '2030-01-01T00:00:00.000Z';
    const path = join(folder, 'new.key');
    const { publicKey } = balancer.issue(path, { name: 'client', role: 'client', tasks: ['HELLO'] }, (key) =>
      key.name === 'client' ? { ...key, expires } : key,
    );
    const [old, fresh] = balancer.readAllowed().filter(({ name }) => name === 'client');
    expect(old).toMatchObject({ expires });
    expect(fresh).toEqual({ name: 'client', role: 'client', tasks: ['HELLO'], publicKey });
  });

  it('refuses a name that is none, and leaves everything as it was', () => {
    const folder = freshFolder();
    const balancer = new BalancerFolder(folder);
    balancer.init();
    const path = join(folder, 'x.key');
    expect(() => balancer.issue(path, { name: '../x', role: 'client' })).toThrow(/expected a name/);
    expect(existsSync(path)).toBe(false);
    expect(balancer.readAllowed()).toEqual([]);
  });
});
