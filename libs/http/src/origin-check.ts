import { RefusedError } from '@penstock/access';
import type { FastifyRequest } from 'fastify';

const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Keeps other sites in the user's browser out: a page may send requests to loopback, under any name that its owner's
 * DNS gives that address. So the Host must be a name that is ours, an Origin must be of such a host, and a write must
 * be JSON, which a page cannot send elsewhere without being asked first.
 */
export class OriginCheck {
  private readonly hosts: ReadonlySet<string>;

  /**
   * @param extraHosts host names beside loopback under which this is served
   * @param parameter the one that adds such names
   */
  constructor(
    extraHosts: readonly string[],
    private readonly parameter: string,
  ) {
    this.hosts = new Set([
      'localhost',
      '127.0.0.1',
      '[::1]',
      ...extraHosts.map((host) => host.toLowerCase()),
    ]);
  }

  /** @throws RefusedError `FORBIDDEN`, `INVALID_MESSAGE` */
  check({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): void {
    const { host, origin } = headers;
    if (host === undefined || !this.isOurs(host)) {
      throw new RefusedError(
        'host',
        `the host ${quoted(host)} is not served here: add it to ${this.parameter}`,
      );
    }
    if (origin !== undefined && !this.isOurOrigin(origin)) {
      throw new RefusedError(
        'origin',
        `pages of ${quoted(origin)} may not call this: add its host to ${this.parameter}`,
      );
    }
    // The browser's own word on whose page it is. A port of the same host is another origin, which only it can tell.
    const site = headers['sec-fetch-site'];
    const isOurPage = site === undefined || site === 'same-origin' || site === 'none';
    if (!isOurPage && !isNavigation(method, headers)) {
      throw new RefusedError('origin', `pages of another origin (${quoted(String(site))}) may not call this`);
    }
    const type = headers['content-type'];
    // A DELETE without a body is asked about by the browser first, whatever its type.
    const isBodiless = method === 'DELETE' && type === undefined;
    if (writes.has(method) && !isBodiless && !/^application\/json\s*(;|$)/i.test(type ?? '')) {
      throw new RefusedError(
        'content_type',
        `a ${method} has the content-type application/json, not ${quoted(type)}`,
      );
    }
  }

  private isOurs(host: string): boolean {
    return this.hosts.has(host.replace(/:\d+$/, '').toLowerCase());
  }

  private isOurOrigin(origin: string): boolean {
    return URL.canParse(origin) && this.isOurs(new URL(origin).host);
  }
}

/**
 * The host names beside loopback: those that are configured, and the bound address when it is one that can be dialled.
 *
 * @param bind the address that is bound
 */
export function servedHosts(bind: string, configured: readonly string[]): readonly string[] {
  if (bind === '0.0.0.0' || bind === '::') return configured;
  return [...configured, bind.includes(':') ? `[${bind}]` : bind];
}

/** Somebody has followed a link from elsewhere. What he sees then, no other page does. */
function isNavigation(method: string, headers: FastifyRequest['headers']): boolean {
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}

function quoted(text: string | undefined): string {
  return text === undefined ? '(none)' : JSON.stringify(text.slice(0, 128));
}
