import { changesIn } from '@penstock/runtime';
import { join } from 'node:path';
import { Attempts } from './attempts.js';
import { anybody, localProgram, nameOf, type Caller } from './caller.js';
import { EndedSessions } from './ended-sessions.js';
import { LoginCodes } from './login-codes.js';
import { RefusedError } from './refused-error.js';
import { mayLetIn, pageRoles, type PageRole } from './role.js';
import { newSession, parseSession, renderSession, type Session } from './session.js';
import { SessionKey } from './session-key.js';
import { TokenList } from './token-list.js';
import { TokensFolderError } from './tokens-folder-error.js';
import { sessionsKeyFile, tokensFile } from './tokens-folder.js';
import { parseTokens } from './tokens-file.js';
import { WatchedFile } from './watched-file.js';

/** How a program knows its callers. */
export interface AccessOptions {
  /** The folder of tokens. None: nobody has a token, and sessions are those of this process alone. */
  readonly folder?: string | undefined;
  /** Who need not say who he is: programs of this machine, as on loopback; or everybody who gets here. */
  readonly openTo: 'nobody' | 'programs' | 'everybody';
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Told of what is wrong with the folder while the program runs. */
  readonly onProblem: (problem: string) => void;
  /** Told of each token that was added, changed or removed while the program runs. */
  readonly onTokenChanged: (change: string) => void;
}

/** What a request says of its caller. */
export interface Credentials {
  /** What follows `Bearer` in its Authorization header. */
  readonly token: string | undefined;
  /** The value of the cookie that is called {@link Access.cookieName}. */
  readonly session: string | undefined;
  /** A browser sends it, for a page that may be anybody's. */
  readonly isBrowser: boolean;
  /** A proxy has passed it on: whoever reached that did not have to be on this machine. */
  readonly isForwarded: boolean;
  /** Where it comes from; whoever fails there too often must wait. */
  readonly address: string;
}

/** Who is let in, by token, by session, or for being of this machine. Denies whatever it does not know. */
export class Access {
  readonly codes = new LoginCodes();
  /** Apart from each other: a program with a wrong token must not keep browsers beside it from signing in. */
  private readonly attempts = { credentials: new Attempts(), codes: new Attempts() };
  private readonly tokens: WatchedFile<TokenList> | undefined;
  private readonly key: WatchedFile<SessionKey | undefined> | undefined;
  private readonly ownKey = SessionKey.random();
  private readonly ended: EndedSessions;
  private readonly watchers = new Set<() => void>();

  /** @throws TokensFolderError */
  constructor(private readonly options: AccessOptions) {
    const { folder, onProblem } = options;
    const onChanged = (): void => {
      for (const watcher of this.watchers) watcher();
    };
    if (folder !== undefined) {
      const parseKey = (text: string | undefined) =>
        text === undefined ? undefined : SessionKey.parse(text);
      let before: TokenList | undefined;
      this.tokens = watched(folder, tokensFile, parseList, onProblem, () => {
        const now = this.tokens?.current;
        if (before !== undefined && now !== undefined)
          changesIn(before.listed, now.listed).forEach(options.onTokenChanged);
        before = now;
        onChanged();
      });
      before = this.tokens.current;
      this.key = watched(folder, sessionsKeyFile, parseKey, onProblem, onChanged);
    }
    this.ended = new EndedSessions(folder, onProblem, onChanged);
  }

  /** The name of the cookie in which a browser keeps its session. */
  get cookieName(): string {
    return this.sessionKey.cookieName;
  }

  /**
   * Who calls.
   *
   * @throws RefusedError `UNAUTHENTICATED` when that is nobody who is known; `TOO_MANY_ATTEMPTS`
   */
  identify({ token, session, isBrowser, isForwarded, address }: Credentials): Caller {
    // What is right is let in whoever failed before: nobody guesses 256 bits, and all of a network may have one address.
    if (token !== undefined) return this.counted('credentials', address, () => this.byToken(token));
    if (session !== undefined) return this.counted('credentials', address, () => this.bySession(session));
    const { openTo } = this.options;
    if (openTo === 'everybody') return anybody;
    if (openTo === 'programs' && !isBrowser && !isForwarded) return localProgram;
    throw new RefusedError(
      'no_credentials',
      isBrowser
        ? 'this browser is not signed in: "penstock login" prints a link that does it'
        : 'say who you are: a token in the header "Authorization: Bearer …", which "penstock tokens new" makes',
    );
  }

  /** Whether somebody who was known would still be. */
  isStillKnown({ by, tokenId, sessionId, expiresAt = Number.POSITIVE_INFINITY }: Caller): boolean {
    const now = this.options.now();
    if (by === 'local' || by === 'anybody') return true;
    if (expiresAt <= now || (sessionId !== undefined && this.ended.has(sessionId))) return false;
    return tokenId === undefined || this.tokens?.current.find(tokenId, now) !== undefined;
  }

  /**
   * Makes a code that lets a browser in, once.
   *
   * @throws RefusedError `FORBIDDEN` when the caller may not let anybody in as that
   */
  invite(by: Caller, role: PageRole | undefined): { code: string; role: PageRole; expiresAt: number } {
    const as = role ?? pageRoles.find((each) => each === by.role) ?? 'viewer';
    if (!mayLetIn(by.role, as)) throw new RefusedError('role', `${nameOf(by)} may let nobody in as ${as}`);
    return { role: as, ...this.codes.make(by, as, this.options.now()) };
  }

  /**
   * Lets a browser in by a code.
   *
   * @param sessionMs for so long
   * @returns the value of its cookie, and whom it stands for
   * @throws RefusedError `UNAUTHENTICATED`, `TOO_MANY_ATTEMPTS`
   */
  enter(
    code: string,
    address: string,
    sessionMs: number,
  ): { readonly cookie: string; readonly caller: Caller } {
    const now = this.options.now();
    // A code is short-lived, and whoever tries out many is no user.
    this.attempts.codes.mustBeFree(address, now);
    const { by, role } = this.counted('codes', address, () => this.codes.take(code, now));
    if (!this.isStillKnown(by))
      throw new RefusedError('wrong_code', `${nameOf(by)}, who made this link, is not let in any more`);
    const session = newSession(by.name, role, now + sessionMs, by.tokenId);
    return { cookie: this.sessionKey.sign(renderSession(session)), caller: callerOf(session) };
  }

  /** Ends a session before its time. */
  leave({ sessionId, expiresAt }: Caller): void {
    if (sessionId !== undefined && expiresAt !== undefined)
      this.ended.add(sessionId, expiresAt, this.options.now());
  }

  /** Has a function called whenever somebody may be known no more. */
  onChanged(watcher: () => void): void {
    this.watchers.add(watcher);
  }

  close(): void {
    this.watchers.clear();
    for (const file of [this.tokens, this.key, this.ended]) file?.close();
  }

  private get sessionKey(): SessionKey {
    return this.key?.current ?? this.ownKey;
  }

  private byToken(token: string): Caller {
    if (this.tokens === undefined) {
      throw new RefusedError(
        'wrong_token',
        'nobody has a token here (PENSTOCK_TOKENS is not set): send none',
      );
    }
    return this.tokens.current.open(token, this.options.now());
  }

  private bySession(cookie: string): Caller {
    const text = this.sessionKey.open(cookie);
    if (text === undefined)
      throw new RefusedError('wrong_session', 'this session is not one of ours: sign in again');
    const caller = callerOf(parseSession(text));
    if (this.isStillKnown(caller)) return caller;
    throw new RefusedError(
      'ended_session',
      'this session has ended: "penstock login" prints a link that opens a new one',
    );
  }

  private counted<Result>(what: 'credentials' | 'codes', address: string, attempt: () => Result): Result {
    try {
      return attempt();
    } catch (error) {
      const now = this.options.now();
      // A session that has ended is what comes of waiting, not of guessing.
      if (error instanceof RefusedError && error.reason === 'ended_session') throw error;
      this.attempts[what].mustBeFree(address, now);
      this.attempts[what].fail(address, now);
      throw error;
    }
  }
}

function callerOf({ id, tokenId, name, role, expiresAt }: Session): Caller {
  return {
    name,
    role,
    by: 'session',
    sessionId: id,
    expiresAt,
    ...(tokenId === undefined ? {} : { tokenId }),
  };
}

function parseList(text: string | undefined): TokenList {
  if (text === undefined) throw new Error('there is no such file; "penstock tokens init" makes one');
  return new TokenList(parseTokens(text));
}

function watched<T>(
  folder: string,
  name: string,
  parse: (text: string | undefined) => T,
  onProblem: (problem: string) => void,
  onChanged: () => void,
): WatchedFile<T> {
  const path = join(folder, name);
  try {
    return new WatchedFile(path, parse, onProblem, onChanged);
  } catch (error) {
    throw new TokensFolderError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
