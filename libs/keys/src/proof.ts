import { createHmac, diffieHellman, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Identity } from '@penstock/protocol';
import { publicKeyObject, secretKeyObject } from './key-pair.js';

const CONTEXT = 'penstock proof 1';
const SECRET_BYTES = 32;
const NONCE_BYTES = 16;

/** What is said by somebody who says who he is; see PROTOCOL.md, "Keys". */
export interface Statement {
  /** The pattern of the message, such as `client.hello`. */
  readonly pattern: string;
  /** Whom or what it is about: the incarnation that a hello names, or that is to be given up; otherwise empty. */
  readonly subject: string;
  /** The public key of the end that it is said to. */
  readonly to: string;
}

/**
 * The secret that the holders of two keys share, and nobody else can work out.
 *
 * @param secretKey of the one
 * @param publicKey of the other
 * @throws PenstockError `INVALID_KEY`
 */
export function sharedSecret(secretKey: string, publicKey: string): Buffer {
  const agreed = diffieHellman({
    privateKey: secretKeyObject(secretKey),
    publicKey: publicKeyObject(publicKey),
  });
  return Buffer.from(hkdfSync('sha256', agreed, '', CONTEXT, SECRET_BYTES));
}

/** Says who says it, so that only the other end can tell that it is true. */
export function prove(key: string, secret: Buffer, statement: Statement): Identity {
  const nonce = randomBytes(NONCE_BYTES).toString('hex');
  return { key, nonce, proof: macOf(secret, nonce, statement).toString('hex') };
}

/** Whether the holder of the key has said this. */
export function isProven(secret: Buffer, { nonce, proof }: Identity, statement: Statement): boolean {
  const expected = macOf(secret, nonce, statement);
  const given = Buffer.from(proof, 'hex');
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}

function macOf(secret: Buffer, nonce: string, { pattern, subject, to }: Statement): Buffer {
  // Only the last part may hold any letter, so that no two statements read the same.
  return createHmac('sha256', secret).update([CONTEXT, pattern, to, nonce, subject].join('\n')).digest();
}
