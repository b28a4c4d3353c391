import { createHash, randomBytes } from 'node:crypto';

/** What every token begins with, so that scanners for secrets know one when they see it. */
const PREFIX = 'penstock_';
const SECRET_BYTES = 32;

/** A new token: 256 bits that nobody can guess. */
export function mintToken(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
}

/** What is kept of a token. As nobody can try out 256 bits, a plain hash is as good as a slow one. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A token by a name that is no secret, and that no other token ever has. */
export function tokenId(sha256: string): string {
  return sha256.slice(0, 16);
}
