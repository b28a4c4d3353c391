import { expect, it } from 'vitest';
import { wrap } from './wrap.js';

it.each([
  ['', ['']],
  ['one two three', ['one two', 'three']],
  ['one\ntwo ', ['one', 'two']],
  ['abcdefghijkl', ['abcdefgh', 'ijkl']],
  ['exactly8', ['exactly8']],
])('wraps %j', (text, lines) => {
  expect(wrap(text, 8)).toEqual(lines);
});
