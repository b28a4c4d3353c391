import { initTokens } from '@penstock/access';
import type { ParameterValues } from '@penstock/parameters';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ownToken, type OwnToken } from '../cluster/own-token.js';
import type { Host } from '../host.js';

type TokenParameters = Pick<ParameterValues, 'PENSTOCK_TOKENS' | 'PENSTOCK_TOKEN_FILE'>;

/** Who is let in to parts that are started together. */
export interface LaunchTokens {
  /** Where the parts find the tokens, and commands that of the admin. */
  readonly parameters: TokenParameters;
  /** What the launcher itself shows. */
  readonly token: OwnToken;
  /** Removes what is of no use to anybody when the parts have stopped. */
  remove(): Promise<void>;
}

/**
 * The tokens that somebody has named, else some of the launcher's own: in its data folder, so that browsers that are
 * signed in stay so when it is started again.
 *
 * @throws CommandError, TokensFolderError
 */
export async function launchTokens(
  values: TokenParameters & Pick<ParameterValues, 'PENSTOCK_DATA'>,
  host: Host,
): Promise<LaunchTokens> {
  const { PENSTOCK_TOKENS, PENSTOCK_TOKEN_FILE, PENSTOCK_DATA } = values;
  if (PENSTOCK_TOKENS !== undefined) {
    const parameters = { PENSTOCK_TOKENS, PENSTOCK_TOKEN_FILE };
    return { parameters, token: await ownToken(values, host), remove: async () => {} };
  }
  const isKept = PENSTOCK_DATA !== 'none';
  const folder = isKept ? resolve(host.cwd, PENSTOCK_DATA) : await mkdtemp(join(tmpdir(), 'penstock-'));
  const { tokens, adminToken } = await initTokens(folder);
  const parameters = { PENSTOCK_TOKENS: tokens, PENSTOCK_TOKEN_FILE: adminToken };
  return {
    parameters,
    token: await ownToken(parameters, host),
    remove: async () => {
      if (!isKept) await rm(folder, { recursive: true, force: true });
    },
  };
}
