import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { keyBytes, keyText } from './z85.js';

/** A key of CURVE, which is one of X25519, in both halves; each a text of 40 letters. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Makes a pair that nobody else has. */
export function newKeyPair(): KeyPair {
  const { x = '', d = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { publicKey: textOf(x), secretKey: textOf(d) };
}

/**
 * The public half of a secret key.
 *
 * @throws PenstockError `INVALID_KEY`
 */
export function publicKeyOf(secretKey: string): string {
  const { x = '' } = createPublicKey(secretKeyObject(secretKey)).export({ format: 'jwk' });
  return textOf(x);
}

/** @throws PenstockError `INVALID_KEY` */
export function secretKeyObject(secretKey: string): KeyObject {
  const head = Buffer.from(PKCS8_HEAD, 'hex');
  return createPrivateKey({ key: Buffer.concat([head, keyBytes(secretKey)]), format: 'der', type: 'pkcs8' });
}

/** @throws PenstockError `INVALID_KEY` */
export function publicKeyObject(publicKey: string): KeyObject {
  const x = keyBytes(publicKey).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
}

/** What stands before the 32 bytes of a secret key of X25519 in PKCS #8 (RFC 8410), which needs no public half. */
const PKCS8_HEAD = '302e020100300506032b656e04220420';

function textOf(base64url: string): string {
  return keyText(Buffer.from(base64url, 'base64url'));
}
