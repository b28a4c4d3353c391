const YEAR_S = 31_536_000;

const always = {
  'content-security-policy': [
    "default-src 'self'",
    // The component library sets colours and sizes by style attributes and a style element.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/**
 * What a browser may do with the page: run its own scripts, talk to its own server, and nothing else.
 *
 * @param isTls it comes over TLS, and is never to be asked for in the clear again
 */
export function securityHeaders(isTls: boolean): Readonly<Record<string, string>> {
  return isTls ? { ...always, 'strict-transport-security': `max-age=${YEAR_S}` } : always;
}
