import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import sha256 from './sha256.ts';
import { testContext } from './support/context.ts';

describe('sha256', () => {
  it('gives the digest that the standard lists', async () => {
    const digest = await sha256.run({ text: 'abc' }, testContext().context);
    expect(digest).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('gives a file the digest of its bytes', async () => {
    const path = fileURLToPath(import.meta.url);
    const expected = createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(await sha256.run({ path }, testContext().context)).toBe(expected);
  });
});
