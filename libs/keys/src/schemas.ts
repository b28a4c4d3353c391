import { z } from 'zod';
import { publicKeyOf } from './key-pair.js';
import { roles } from './roles.js';
import { keyBytes } from './z85.js';

/** The name of a key, for people. */
export const keyName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: 'expected a name of 1 to 64 letters, digits, dots, dashes and underscores',
});

const key = z.string().refine(isKey, { error: 'expected a key: 40 letters in Z85' });
const version = z.literal(1, { error: 'expected version 1' });
const words = z.array(z.string().min(1).max(128)).min(1).max(4_096);

/** The balancer's own pair, `balancer.key`. */
export const balancerKeySchema = z
  .strictObject({ penstock: z.literal('balancer key'), version, publicKey: key, secretKey: key })
  .refine(isPair, { error: 'publicKey is not that of secretKey' });

/** All that a peer needs: its own pair, and whom it may talk to. */
export const peerKeySchema = z
  .strictObject({
    penstock: z.literal('peer key'),
    version,
    name: keyName,
    role: z.enum(roles),
    publicKey: key,
    secretKey: key,
    /** The balancer's public key: no other balancer is talked to. */
    balancer: key,
  })
  .refine(isPair, { error: 'publicKey is not that of secretKey' });

/** A key that is admitted. */
export const allowedKeySchema = z.strictObject({
  name: keyName,
  role: z.enum(roles),
  publicKey: key,
  /** Users in whose names it may act; absent = all. Of clients. */
  users: words.optional(),
  /** Tasks that it may hand in (a client) or run (a worker); absent = all. */
  tasks: words.optional(),
  /** From then on it is not admitted. */
  expires: z.iso.datetime({ error: 'expected a time such as 2030-01-31T12:00:00Z' }).optional(),
});

/** The list of admitted keys, `allowed.json`. */
export const allowedKeysSchema = z.strictObject({
  penstock: z.literal('allowed keys'),
  version,
  keys: z
    .array(allowedKeySchema)
    .max(10_000)
    .refine((keys) => new Set(keys.map(({ publicKey }) => publicKey)).size === keys.length, {
      error: 'a key is there twice',
    }),
});

export type BalancerKeyFile = z.infer<typeof balancerKeySchema>;
export type PeerKeyFile = z.infer<typeof peerKeySchema>;
export type AllowedKey = z.infer<typeof allowedKeySchema>;
export type AllowedKeys = z.infer<typeof allowedKeysSchema>;

function isKey(text: string): boolean {
  try {
    keyBytes(text);
    return true;
  } catch {
    return false;
  }
}

function isPair({ publicKey, secretKey }: { publicKey: string; secretKey: string }): boolean {
  return isKey(secretKey) && publicKeyOf(secretKey) === publicKey;
}
