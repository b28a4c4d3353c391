import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newKeyPair, publicKeyOf, type KeyPair } from './key-pair.js';
import { isProven, prove, sharedSecret } from './proof.js';
import { keyBytes, keyText } from './z85.js';

interface GoldenProof {
  readonly description: string;
  readonly peer: KeyPair;
  readonly balancer: KeyPair;
  readonly secret: string;
  readonly pattern: string;
  readonly subject: string;
  readonly nonce: string;
  readonly proof: string;
}

const goldenProofs = JSON.parse(
  readFileSync(new URL('../../protocol/golden/proofs.json', import.meta.url), 'utf8'),
) as GoldenProof[];
const named = goldenProofs.map((example) => [example.description, example] as const);

describe('the golden proofs', () => {
  it.each(named)('hold, with the secret that both ends come to: %s', (_, golden) => {
    const { peer, balancer, pattern, subject, nonce, proof } = golden;
    const said = { pattern, subject, to: balancer.publicKey };
    for (const secret of [
      sharedSecret(peer.secretKey, balancer.publicKey),
      sharedSecret(balancer.secretKey, peer.publicKey),
    ]) {
      expect(secret.toString('hex')).toBe(golden.secret);
      expect(isProven(secret, { key: peer.publicKey, nonce, proof }, said)).toBe(true);
    }
    for (const { publicKey, secretKey } of [peer, balancer]) expect(publicKeyOf(secretKey)).toBe(publicKey);
  });
});

describe('a proof', () => {
  const own = newKeyPair();
  const balancer = newKeyPair();
  const secret = sharedSecret(own.secretKey, balancer.publicKey);
  const said = { pattern: 'client.hello', subject: 'c-1', to: balancer.publicKey };

  it('is another one each time', () => {
    expect(prove(own.publicKey, secret, said).nonce).not.toBe(prove(own.publicKey, secret, said).nonce);
  });

  it.each([
    ['another pattern', { ...said, pattern: 'hub.hello' }],
    ['another incarnation', { ...said, subject: 'c-2' }],
    ['another balancer', { ...said, to: own.publicKey }],
  ])('does not hold for %s', (_, other) => {
    expect(isProven(secret, prove(own.publicKey, secret, said), said)).toBe(true);
    expect(isProven(secret, prove(own.publicKey, secret, said), other)).toBe(false);
  });

  it('does not hold under the secret of another pair, or cut short', () => {
    const identity = prove(own.publicKey, sharedSecret(newKeyPair().secretKey, balancer.publicKey), said);
    expect(isProven(secret, identity, said)).toBe(false);
    expect(isProven(secret, { ...identity, proof: 'ab' }, said)).toBe(false);
  });
});

describe('the text of a key', () => {
  it('is read as it was written', () => {
    const { publicKey } = newKeyPair();
    expect(publicKey).toHaveLength(40);
    expect(keyText(keyBytes(publicKey))).toBe(publicKey);
  });

  it.each([
    ['too short', 'abc'],
    ['of letters that are not in Z85', '~'.repeat(40)],
    ['above what four bytes can hold', '#'.repeat(40)],
  ])('is refused when it is %s, and not shown', (_, text) => {
    expect(() => keyBytes(text)).toThrow(expect.objectContaining({ code: 'INVALID_KEY' }));
    expect(() => keyBytes(text)).not.toThrow(text);
  });
});
