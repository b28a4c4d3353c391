import { describe, expect, it } from 'vitest';
import { OriginCheck, servedHosts } from './origin-check.js';

function check(method: string, headers: Record<string, string>, extraHosts: readonly string[] = []): string {
  try {
    new OriginCheck(extraHosts, 'LB_HTTPHOSTS').check({ method, headers });
    return 'passed';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('OriginCheck', () => {
  const json = { 'content-type': 'application/json' };

  it.each(['localhost', 'localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'LOCALHOST:1'])(
    'serves the host %s',
    (host) => {
      expect(check('GET', { host })).toBe('passed');
    },
  );

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', ''])(
    'refuses the host %s',
    (host) => {
      expect(check('GET', { host })).toBe('FORBIDDEN');
    },
  );

  it('serves a host that LB_HTTPHOSTS names', () => {
    expect(check('GET', { host: 'Balancer.internal:8080' }, ['balancer.internal'])).toBe('passed');
  });

  it('serves the address that is bound, which is no wildcard', () => {
    expect(check('GET', { host: '192.0.2.7:8080' }, servedHosts('192.0.2.7', []))).toBe('passed');
    expect(check('GET', { host: '[2001:db8::1]:8080' }, servedHosts('2001:db8::1', []))).toBe('passed');
    expect(check('GET', { host: '0.0.0.0:8080' }, servedHosts('0.0.0.0', []))).toBe('FORBIDDEN');
    expect(check('GET', { host: '[::]:8080' }, servedHosts('::', ['a.internal']))).toBe('FORBIDDEN');
  });

  it('refuses pages of other sites, and pages without an origin of their own', () => {
    const host = 'localhost:8080';
    expect(check('GET', { host, origin: 'http://evil.example' })).toBe('FORBIDDEN');
    expect(check('GET', { host, origin: 'null' })).toBe('FORBIDDEN');
    expect(check('GET', { host, origin: 'http://localhost:9000' })).toBe('passed');
  });

  it('believes the browser that a page is of another origin, be it of another port alone', () => {
    const host = 'localhost:8080';
    expect(check('GET', { host, 'sec-fetch-site': 'same-origin' })).toBe('passed');
    expect(check('GET', { host, 'sec-fetch-site': 'none' })).toBe('passed');
    expect(check('GET', { host, 'sec-fetch-site': 'same-site' })).toBe('FORBIDDEN');
    expect(check('GET', { host, 'sec-fetch-site': 'cross-site' })).toBe('FORBIDDEN');
  });

  it('lets a link lead here from elsewhere, and a form or a frame not', () => {
    const host = 'localhost:8080';
    const link = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(check('GET', { ...link, 'sec-fetch-dest': 'document' })).toBe('passed');
    expect(check('POST', { ...link, ...json, 'sec-fetch-dest': 'document' })).toBe('FORBIDDEN');
    expect(check('GET', { ...link, 'sec-fetch-dest': 'iframe' })).toBe('FORBIDDEN');
  });

  it('wants JSON on writes: a form or a text could be sent by any page', () => {
    const host = 'localhost';
    expect(check('POST', { host, ...json, 'content-length': '2' })).toBe('passed');
    expect(check('POST', { host, 'content-type': 'application/json; charset=utf-8' })).toBe('passed');
    expect(check('POST', { host, 'content-type': 'text/plain', 'content-length': '2' })).toBe(
      'INVALID_MESSAGE',
    );
    expect(check('POST', { host, 'content-type': 'application/x-www-form-urlencoded' })).toBe(
      'INVALID_MESSAGE',
    );
    expect(check('POST', { host, 'content-length': '2' })).toBe('INVALID_MESSAGE');
    expect(check('DELETE', { host })).toBe('passed');
  });
});
