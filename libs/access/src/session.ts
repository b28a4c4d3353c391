import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { pageRoles, type PageRole } from './role.js';

/** What the cookie of a session says; its key has signed it. */
const sessionSchema = z.strictObject({
  id: z.string(),
  /** Of the token by which it was opened; none: by a program of the machine. */
  tokenId: z.string().optional(),
  name: z.string(),
  role: z.enum(pageRoles),
  /** In milliseconds since 1970. */
  expiresAt: z.number(),
});

/** A browser that was let in for a while. */
export type Session = Readonly<z.infer<typeof sessionSchema>>;

export function newSession(
  name: string,
  role: PageRole,
  expiresAt: number,
  tokenId: string | undefined,
): Session {
  const id = randomBytes(12).toString('base64url');
  return { id, name, role, expiresAt, ...(tokenId === undefined ? {} : { tokenId }) };
}

export function renderSession(session: Session): string {
  return JSON.stringify(session);
}

/** @param text that was signed */
export function parseSession(text: string): Session {
  return sessionSchema.parse(JSON.parse(text));
}
