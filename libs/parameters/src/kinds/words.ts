import { isIP } from 'node:net';
import { z } from 'zod';
import type { Kind } from './kind.js';
import { textSchema } from './schemas.js';

/** One or more characters, such as `a folder`, in at most `max` of them. */
export function text(type: string, what: string, max: number): Kind<string> {
  const expected = `${what}, 1 to ${max} characters`;
  return word(type, expected, textSchema(expected, max));
}

/** One of a few words. */
export function choice<const W extends string>(words: readonly W[]): Kind<W> {
  const expected = `one of ${words.join(', ')}`;
  return word('word', expected, z.enum(words, { error: `expected ${expected}` }));
}

/**
 * An address to bind. Only a numeric one: ZeroMQ resolves no host names when it binds, and HTTP knows no
 * interface names, so that a name would work for one of them alone.
 */
export function ipAddress(): Kind<string> {
  const expected = 'an IP address, such as 127.0.0.1 (this machine only) or 0.0.0.0 (every interface)';
  return word(
    'address',
    expected,
    textThat(expected, (value) => isIP(value) !== 0),
  );
}

/** An address to dial or to be called by: a host name or an IP address, without scheme or port. */
export function hostName(): Kind<string> {
  const expected = 'a host name or an IP address, without scheme or port';
  return word('host', expected, textThat(expected, isHostName));
}

/** An address of the web. */
export function webAddress(): Kind<string> {
  const expected = 'an address such as https://example.com/hook';
  return word(
    'URL',
    expected,
    textThat(expected, (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)),
  );
}

/** Whether `value` is a host name or an IP address, and nothing more than that. */
export function isHostName(value: string): boolean {
  // Underscores are no letters of host names, but container networks use them.
  const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;
  return isIP(value) !== 0 || (value.length <= 253 && value.split('.').every((part) => label.test(part)));
}

function textThat(expected: string, accepts: (value: string) => boolean): z.ZodType<string> {
  const error = `expected ${expected}`;
  return z.string({ error }).trim().refine(accepts, { error });
}

function word<T extends string>(type: string, expected: string, schema: z.ZodType<T>): Kind<T> {
  return { type, expected, schema, fromText: (given) => given, toText: (value) => value };
}
