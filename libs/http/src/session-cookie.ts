import type { Access, Caller } from '@penstock/access';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { TLSSocket } from 'node:tls';

/** The value of the session's cookie in a request. */
export function sessionIn({ headers }: Pick<FastifyRequest, 'headers'>, access: Access): string | undefined {
  return headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[access.cookieName];
}

/**
 * The header `set-cookie` that gives a browser its session: out of reach of scripts, and sent by pages of ours alone.
 *
 * @param request by which it is asked for: over TLS, the cookie never goes in the clear
 */
export function givenSession(
  access: Access,
  value: string,
  { expiresAt = 0 }: Caller,
  request: FastifyRequest,
): string {
  return sessionCookie(access, value, new Date(expiresAt), request);
}

/** The header `set-cookie` that takes it away. */
export function takenSession(access: Access, request: FastifyRequest): string {
  return sessionCookie(access, '', new Date(0), request);
}

function sessionCookie(
  access: Access,
  value: string,
  expires: Date,
  { raw, headers }: FastifyRequest,
): string {
  const isTls = (raw.socket as Partial<TLSSocket>).encrypted === true;
  return stringifySetCookie({
    name: access.cookieName,
    value,
    expires,
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    // A proxy that ends TLS says so. Whoever says so without one keeps a cookie from himself, and from nobody else.
    secure: isTls || headers['x-forwarded-proto'] === 'https',
  });
}
