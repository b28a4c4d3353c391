import { z } from 'zod';

/** Numbers that name a session; see PROTOCOL.md, "Sessions". */
export const sessionSchema = z.object({
  epoch: z.int().min(1).max(0xffff_ffff),
  number: z.int().min(1).max(0xffff_ffff),
});

/** What a peer may be told about its session, whatever its role. */
export const welcomeSchema = z.object({
  session: sessionSchema,
  /** The balancer's version, for people. */
  version: z.string(),
  /** Both ends send something at least this often. */
  heartbeatMs: z.number().positive(),
  /** Silence for this long means that the other end is lost. */
  lostMs: z.number().positive(),
});

/** Why a session is no more; the peer says hello again on `unknown`, and drops what it held on `ended`. */
export const sessionNoticeSchema = z.object({ reason: z.string().max(1_024) });

/** Who says something, so that the balancer can tell that it is true; see PROTOCOL.md, "Keys". */
export const identitySchema = z.object({
  /** The public key of the peer. */
  key: z.string().length(40),
  /** 16 bytes of chance in hex: each proof is another one, and counts once. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** That the peer has the secret half of the key, and says this: HMAC-SHA256 in hex. */
  proof: z.string().regex(/^[0-9a-f]{64}$/),
});

const id = z.string().min(1).max(128);

/** What every hello begins with. */
export const helloSchema = z.object({
  /** The protocol version that the peer speaks. */
  protocol: z.int(),
  /** A name that the peer chose at its start and keeps until it ends: a new one proves a new process. */
  incarnation: id,
  /** Host and process, for people. */
  host: z.string().max(255),
  pid: z.int().nonnegative(),
  /** Who it is; absent where the balancer has no keys. */
  identity: identitySchema.optional(),
});

export type Identity = z.infer<typeof identitySchema>;
export type Welcome = z.infer<typeof welcomeSchema>;
export type Hello = z.infer<typeof helloSchema>;
export type SessionNotice = z.infer<typeof sessionNoticeSchema>;
