import { randomBytes } from 'node:crypto';
import type { Caller } from './caller.js';
import { RefusedError } from './refused-error.js';
import type { PageRole } from './role.js';
import { hashOf } from './token.js';

/** How long a code may be used, once. */
export const LOGIN_CODE_MS = 15 * 60_000;
/** Codes at a time; the oldest goes when there are more. */
const CODES_MAX = 100;
const CODE_BYTES = 24;

/** Whom a code lets in. */
export interface Invitation {
  readonly by: Caller;
  readonly role: PageRole;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Codes that let a browser in once. They are in memory alone: a restart makes them worthless. */
export class LoginCodes {
  private readonly invitations = new Map<string, Invitation>();

  make(by: Caller, role: PageRole, now: number): { readonly code: string; readonly expiresAt: number } {
    for (const [hash, { expiresAt }] of this.invitations) if (expiresAt <= now) this.invitations.delete(hash);
    const [oldest] = this.invitations.keys();
    if (oldest !== undefined && this.invitations.size >= CODES_MAX) this.invitations.delete(oldest);
    const code = randomBytes(CODE_BYTES).toString('base64url');
    const expiresAt = now + LOGIN_CODE_MS;
    this.invitations.set(hashOf(code), { by, role, expiresAt });
    return { code, expiresAt };
  }

  /**
   * Uses a code up.
   *
   * @throws RefusedError `UNAUTHENTICATED`
   */
  take(code: string, now: number): Invitation {
    const hash = hashOf(code);
    const invitation = this.invitations.get(hash);
    this.invitations.delete(hash);
    if (invitation !== undefined && invitation.expiresAt > now) return invitation;
    throw new RefusedError(
      'wrong_code',
      'this link was used already, or has run out: "penstock login" prints a new one',
    );
  }
}
