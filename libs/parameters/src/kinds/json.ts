import { isIP } from 'node:net';
import { z } from 'zod';
import type { Kind } from './kind.js';
import { isHostName } from './words.js';

/** Any value that JSON can say. */
export type JsonValue = z.core.util.JSONType;

/** Fixed arguments of handlers: the name of a task, and the object that its handler gets beside each payload. */
export type TaskArguments = Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;

/** A list or an object; in the environment and on the command line it is written as JSON. */
export function json<T>(expected: string, schema: z.ZodType<T>): Kind<T> {
  return {
    type: 'json',
    expected,
    schema,
    fromText: (text) => {
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    },
    toText: (value) => JSON.stringify(value),
  };
}

/** A list of host names. */
export function hostNames(): Kind<readonly string[]> {
  const expected = 'a JSON list of host names without scheme or port';
  const error = `expected ${expected}`;
  const name = z
    .string({ error })
    .refine(isHostName, { error: 'expected a host name without scheme or port' });
  return json(expected, z.array(name, { error }).max(256, { error: `${error}, 256 at most` }));
}

/** In a list of ranges: those of the networks that the machine is in, whatever they are. */
export const ATTACHED_NETWORKS = 'attached';

/** A list of addresses and of ranges of them, such as `10.0.0.0/8`, or {@link ATTACHED_NETWORKS}. */
export function addressRanges(): Kind<readonly string[]> {
  const expected = 'a JSON list of IP addresses, of ranges such as 10.0.0.0/8, and of the word attached';
  const error = `expected ${expected}`;
  const range = z.string({ error }).refine((text) => text === ATTACHED_NETWORKS || isAddressRange(text), {
    error: `expected an IP address, a range such as 10.0.0.0/8, or the word ${ATTACHED_NETWORKS}`,
  });
  return json(expected, z.array(range, { error }).max(256, { error: `${error}, 256 at most` }));
}

/** A list of words, each one of a few where `words` says so. */
export function textList<W extends string = string>(what: string, words?: readonly W[]): Kind<readonly W[]> {
  const expected = `a JSON list of ${words === undefined ? what : words.join(', ')}`;
  const error = `expected ${expected}`;
  const word =
    words === undefined
      ? z.string({ error }).min(1, { error }).max(4_096, { error })
      : z.enum(words, { error });
  return json(
    expected,
    z.array(word as z.ZodType<W>, { error }).max(256, { error: `${error}, 256 at most` }),
  );
}

/** Fixed arguments by task name. */
export function taskArguments(): Kind<TaskArguments> {
  const expected = 'a JSON object of task names, each with an object of arguments';
  const schema = z.record(
    z.string(),
    z.record(z.string(), z.json(), { error: 'expected an object of arguments' }),
    { error: `expected ${expected}` },
  );
  return json(expected, schema);
}

function isAddressRange(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (!text.includes('/')) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}
