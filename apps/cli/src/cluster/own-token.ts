import type { ParameterValues } from '@penstock/parameters';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';

/** The variable that holds a token itself. It is no parameter: a flag would show it to everybody on the machine. */
export const tokenVariable = 'PENSTOCK_TOKEN';

/** Headers that say who calls, as HTTP requests of commands have them. */
export type OwnToken = Readonly<Record<string, string>>;

/**
 * The token that a command shows: of PENSTOCK_TOKEN_FILE, else of PENSTOCK_TOKEN; on loopback it needs none.
 *
 * @throws CommandError when the file cannot be read
 */
export async function ownToken(
  { PENSTOCK_TOKEN_FILE: file }: Pick<ParameterValues, 'PENSTOCK_TOKEN_FILE'>,
  { env, cwd }: Pick<Host, 'env' | 'cwd'>,
): Promise<OwnToken> {
  const token = file === undefined ? env[tokenVariable] : await tokenIn(resolve(cwd, file));
  return token === undefined || token.trim() === '' ? {} : { authorization: `Bearer ${token.trim()}` };
}

async function tokenIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`PENSTOCK_TOKEN_FILE: ${(error as Error).message}`, ExitCode.usage, {
      cause: error,
    });
  }
}
