import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hashOf } from './token.js';
import { initTokens, TokensFolder } from './tokens-folder.js';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'penstock-access-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function newFolder(): Promise<TokensFolder> {
  const folder = new TokensFolder(join(await emptyFolder(), 'tokens'));
  await folder.init();
  return folder;
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8');

describe('a folder of tokens', () => {
  it('keeps no token, but what tells one', async () => {
    const folder = await newFolder();
    const token = await folder.add({ name: 'ops', role: 'operator' });
    const text = await textOf(join(folder.path, 'tokens.json'));
    expect(text).not.toContain(token);
    expect(await folder.list()).toMatchObject([{ name: 'ops', role: 'operator', sha256: hashOf(token) }]);
  });

  it('is for the user that made it alone', async () => {
    const folder = await newFolder();
    await folder.add({ name: 'ops', role: 'operator' });
    const modes = await Promise.all(
      ['.', 'tokens.json', 'sessions.key'].map(
        async (name) => (await stat(join(folder.path, name))).mode & 0o777,
      ),
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  it('has no two tokens of a name, and takes one back by it', async () => {
    const folder = await newFolder();
    await folder.add({ name: 'ops', role: 'operator' });
    await expect(folder.add({ name: 'ops', role: 'viewer' })).rejects.toThrow(
      'there is a token "ops" already',
    );
    await folder.revoke('ops');
    await expect(folder.revoke('ops')).rejects.toThrow('there is no token "ops"');
    expect(await folder.list()).toEqual([]);
  });

  it('is changed by one at a time', async () => {
    const folder = await newFolder();
    const names = Array.from({ length: 10 }, (_, number) => `ops-${number}`);
    await Promise.all(names.map((name) => new TokensFolder(folder.path).add({ name, role: 'operator' })));
    expect((await folder.list()).map(({ name }) => name).toSorted()).toEqual(names);
  });

  it('is not waited for without end', async () => {
    const { path } = await newFolder();
    await writeFile(join(path, 'tokens.json.next'), '');
    const folder = new TokensFolder(path, 50);
    await expect(folder.add({ name: 'ops', role: 'operator' })).rejects.toThrow(
      'somebody else changes the tokens',
    );
    expect(await folder.list()).toEqual([]);
  });

  it.each([
    ['no JSON', '{"tokens": [penstock_secret', /tokens\.json: it is no JSON$/],
    ['a role that there is not', JSON.stringify({ tokens: [entry({ role: 'root' })] }), /tokens\.0\.role: /],
    ['a field that there is not', JSON.stringify({ tokens: [entry({ tokens: 'x' })] }), /Unrecognized key/],
    [
      'two of a name',
      JSON.stringify({ tokens: [entry({}), entry({ sha256: 'b'.repeat(64) })] }),
      /two tokens have the name ops/,
    ],
  ])('says where it is wrong: %s', async (_, text, message) => {
    const folder = await newFolder();
    await writeFile(join(folder.path, 'tokens.json'), text);
    await expect(folder.list()).rejects.toThrow(message);
    await expect(folder.list()).rejects.not.toThrow(/penstock_secret/);
  });
});

describe('initTokens', () => {
  it('makes what is missing, and leaves the rest', async () => {
    const root = await emptyFolder();
    const { tokens, adminToken } = await initTokens(root);
    const first = await Promise.all([
      textOf(adminToken),
      textOf(join(tokens, 'tokens.json')),
      textOf(join(tokens, 'sessions.key')),
    ]);
    expect(await new TokensFolder(tokens).list()).toMatchObject([
      { name: 'admin', sha256: hashOf(first[0].trim()) },
    ]);
    await initTokens(root);
    const second = await Promise.all([
      textOf(adminToken),
      textOf(join(tokens, 'tokens.json')),
      textOf(join(tokens, 'sessions.key')),
    ]);
    expect(second).toEqual(first);
  });

  it('gives no new token to an admin that was revoked', async () => {
    const root = await emptyFolder();
    const { tokens } = await initTokens(root);
    await new TokensFolder(tokens).revoke('admin');
    await initTokens(root);
    expect(await new TokensFolder(tokens).list()).toEqual([]);
  });

  it.each(['admin', 'tokens'])('makes the admin anew when his half %s is lost', async (half) => {
    const root = await emptyFolder();
    await initTokens(root);
    await rm(join(root, half), { recursive: true });
    const { tokens, adminToken } = await initTokens(root);
    const [admin] = await new TokensFolder(tokens).list();
    expect(admin?.sha256).toBe(hashOf((await textOf(adminToken)).trim()));
  });
});

function entry(own: object): object {
  return {
    name: 'ops',
    role: 'operator',
    sha256: 'a'.repeat(64),
    created: '2026-01-01T00:00:00.000Z',
    ...own,
  };
}
