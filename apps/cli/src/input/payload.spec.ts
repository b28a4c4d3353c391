import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readFileNames } from './file-names.js';
import { readPayload } from './payload.js';

const nothing = Readable.from([]);

it('is JSON, or JSON on the standard input, or nothing', async () => {
  expect(await readPayload('{"a":[1]}', nothing)).toEqual({ a: [1] });
  expect(await readPayload('-', Readable.from(['"te', 'xt"\n']))).toBe('text');
  expect(await readPayload(undefined, nothing)).toBeNull();
});

it('says what is no JSON, and how to quote it', async () => {
  await expect(readPayload('{firstName:John}', nothing)).rejects.toThrow(
    /^the payload \{firstName:John\} is not JSON .*: quote it for the shell/,
  );
  await expect(readPayload('-', nothing)).rejects.toThrow(/^what came on the standard input is not JSON/);
});

it('takes file names from the command line and, for a dash, from the standard input', async () => {
  expect(await readFileNames(['a', '-', 'b'], Readable.from(['c d\n\ne']))).toEqual(['a', 'c d', 'e', 'b']);
});
