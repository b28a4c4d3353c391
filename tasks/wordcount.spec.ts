import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testContext } from './support/context.ts';
import { WordCounter } from './support/word-counter.ts';
import wordcount from './wordcount.ts';

/** Counts in another way: all at once, by a regular expression over one character per byte. */
function countedOtherwise(bytes: Uint8Array) {
  const text = Buffer.from(bytes).toString('latin1');
  const words = text.split(/[ \t\n\v\f\r]+/).filter((word) => word !== '');
  return { bytes: bytes.byteLength, lines: text.split('\n').length - 1, words: words.length };
}

/** Bytes with many spaces of every kind among them. */
const someBytes = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => bytes.map((byte) => (byte < 128 ? byte % 48 : byte)));

describe('wordcount', () => {
  it('counts what an independent counter counts, in whatever pieces the bytes come', () => {
    fc.assert(
      fc.property(fc.array(someBytes), (pieces) => {
        const counter = new WordCounter();
        for (const piece of pieces) counter.push(piece);
        const { top, ...counted } = counter.result();
        expect(counted).toEqual(countedOtherwise(Buffer.concat(pieces)));
        expect(top.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(counted.words);
      }),
    );
  });

  it('counts a file, a text and bytes alike', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'penstock-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'text');
    const text = 'the quick brown fox\njumps over the lazy dog\n'.repeat(10_000);
    writeFileSync(path, text);
    const { context } = testContext();
    const expected = {
      ...countedOtherwise(readFileSync(path)),
      top: [
        ['the', 20_000],
        ...['brown', 'dog', 'fox', 'jumps', 'lazy', 'over', 'quick'].map((word) => [word, 10_000]),
      ],
    };
    expect(await wordcount.run({ path }, context)).toEqual(expected);
    expect(await wordcount.run({ text }, context)).toEqual(expected);
    expect(await wordcount.run(Buffer.from(text), context)).toEqual(expected);
  });

  it('shows words that are no ASCII as they are', async () => {
    const { top } = await wordcount.run({ text: 'größe größe ñ' }, testContext().context);
    expect(top).toEqual([
      ['größe', 2],
      ['ñ', 1],
    ]);
  });

  it('says which file it cannot read', async () => {
    const counting = wordcount.run({ path: '/no/such/file' }, testContext().context);
    await expect(counting).rejects.toThrow('/no/such/file');
  });

  it('says what its payload must be', async () => {
    const counting = wordcount.run(null as never, testContext().context);
    await expect(counting).rejects.toThrow('the payload is {"path": "…"}, {"text": "…"} or bytes');
  });
});
