import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from './role.js';
import { hashOf, mintToken } from './token.js';
import { TokensFolderError } from './tokens-folder-error.js';
import { parseTokens, renderTokens, tokenEntrySchema, type TokenEntry } from './tokens-file.js';

/** What is in a folder of tokens. */
export const tokensFile = 'tokens.json';
export const sessionsKeyFile = 'sessions.key';
export const endedSessionsFile = 'ended-sessions.json';

const FIRST_ADMIN = 'admin';
const KEY_BYTES = 32;
/** A change takes milliseconds. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 20;
/** For the user that the programs run as alone. */
const PRIVATE = { mode: 0o600 };
const PRIVATE_FOLDER = { recursive: true, mode: 0o700 };

/** What a new token is to be. */
export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: Date;
  readonly users?: readonly string[] | '*';
  readonly tasks?: readonly string[];
}

/** A folder of tokens, as whoever rules over it sees it. Programs that run take every change within a second or two. */
export class TokensFolder {
  /** @param patienceMs how long somebody else's change is waited for */
  constructor(
    readonly path: string,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /**
   * Makes what is missing; what is there stays as it is.
   *
   * @returns whether its list of tokens is new
   */
  async init(): Promise<boolean> {
    await mkdir(this.path, PRIVATE_FOLDER);
    await writeOnce(join(this.path, sessionsKeyFile), `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
    return writeOnce(join(this.path, tokensFile), renderTokens([]));
  }

  /** @throws TokensFolderError */
  async list(): Promise<readonly TokenEntry[]> {
    const path = join(this.path, tokensFile);
    try {
      return parseTokens(await readFile(path, 'utf8'));
    } catch (error) {
      throw new TokensFolderError(`${path}: ${(error as Error).message}`, { cause: error });
    }
  }

  /**
   * Adds a token.
   *
   * @returns the token itself, which is kept nowhere: whoever asked for it must keep it
   * @throws TokensFolderError
   */
  async add({ name, role, expiresAt, users, tasks }: NewToken): Promise<string> {
    const token = mintToken();
    const entry = tokenEntrySchema.safeParse({
      name,
      role,
      sha256: hashOf(token),
      created: new Date().toISOString(),
      ...(expiresAt === undefined ? {} : { expires: expiresAt.toISOString() }),
      ...(users === undefined ? {} : { users }),
      ...(tasks === undefined ? {} : { tasks }),
    });
    if (!entry.success) {
      const [issue] = entry.error.issues;
      throw new TokensFolderError(`${issue?.path.join('.')}: ${issue?.message}`);
    }
    await this.change((tokens) => {
      if (tokens.some((other) => other.name === name))
        throw new TokensFolderError(
          `there is a token ${JSON.stringify(name)} already: revoke it first, or take another name`,
        );
      return [...tokens, entry.data];
    });
    return token;
  }

  /** @throws TokensFolderError when there is no such token */
  async revoke(name: string): Promise<void> {
    await this.change((tokens) => {
      const others = tokens.filter((token) => token.name !== name);
      if (others.length === tokens.length)
        throw new TokensFolderError(`there is no token ${JSON.stringify(name)} in ${this.path}`);
      return others;
    });
  }

  /** One change at a time, and never half a file for those who read it. */
  private async change(to: (tokens: readonly TokenEntry[]) => readonly TokenEntry[]): Promise<void> {
    const path = join(this.path, tokensFile);
    const next = `${path}.next`;
    const file = await openAlone(next, this.patienceMs);
    try {
      await file.writeFile(renderTokens(to(await this.list())));
      await file.sync();
      await rename(next, path);
    } catch (error) {
      await rm(next, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  }
}

/** What {@link initTokens} has seen to. */
export interface InitialTokens {
  /** The folder for the programs that check tokens. */
  readonly tokens: string;
  /** The file that holds the token of the first admin. */
  readonly adminToken: string;
}

/**
 * Makes what a new installation needs below a folder, where it is missing: `tokens/`, for the programs that check
 * tokens, and `admin/token`, the token of its first admin. Each may be a volume of its own.
 *
 * @throws TokensFolderError
 */
export async function initTokens(folder: string): Promise<InitialTokens> {
  const tokens = new TokensFolder(join(folder, 'tokens'));
  const adminToken = join(folder, 'admin', 'token');
  const isNew = await tokens.init();
  // A token is of no use when the other half of it is lost. An admin that was revoked stays so.
  if (isNew || !existsSync(adminToken)) {
    const isKnown = (await tokens.list()).some(({ name }) => name === FIRST_ADMIN);
    if (isKnown) await tokens.revoke(FIRST_ADMIN);
    await mkdir(dirname(adminToken), PRIVATE_FOLDER);
    await writeFile(adminToken, `${await tokens.add({ name: FIRST_ADMIN, role: 'admin' })}\n`, PRIVATE);
  }
  return { tokens: tokens.path, adminToken };
}

/** Opens a file that nobody else has, once nobody else has it. */
async function openAlone(path: string, patienceMs: number): Promise<FileHandle> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await open(path, 'wx', PRIVATE.mode);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new TokensFolderError(`${path}: ${message}`, { cause: error });
      if (performance.now() >= deadline)
        throw new TokensFolderError(`somebody else changes the tokens: if not, remove ${path}`);
      await sleep(RETRY_MS);
    }
  }
}

/** @returns whether it was not there */
async function writeOnce(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { ...PRIVATE, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}
