import { initTokens, TokensFolder } from '@penstock/access';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of tokens with one of each role, and one that has expired. */
export interface TokensForTest {
  readonly folder: TokensFolder;
  readonly admin: string;
  readonly operator: string;
  readonly viewer: string;
  /** Of the client `shop`, which may hand in HELLO and NOBODY. */
  readonly client: string;
  readonly expired: string;
  remove(): Promise<void>;
}

export async function tokensForTest(): Promise<TokensForTest> {
  const root = await mkdtemp(join(tmpdir(), 'penstock-tokens-'));
  const { tokens, adminToken } = await initTokens(root);
  const folder = new TokensFolder(tokens);
  return {
    folder,
    admin: (await readFile(adminToken, 'utf8')).trim(),
    operator: await folder.add({ name: 'ops', role: 'operator' }),
    viewer: await folder.add({ name: 'screen', role: 'viewer' }),
    client: await folder.add({ name: 'shop', role: 'client', tasks: ['HELLO', 'NOBODY'] }),
    expired: await folder.add({ name: 'old', role: 'admin', expiresAt: new Date(Date.now() - 1_000) }),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
