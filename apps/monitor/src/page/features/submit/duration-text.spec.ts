import { expect, it } from 'vitest';
import { readDuration } from './duration-text.js';

it.each([
  ['500', 500],
  [' 500ms ', 500],
  ['10s', 10_000],
  ['2m', 120_000],
  ['48h', 172_800_000],
  ['7d', 604_800_000],
  ['0s', undefined],
  ['1.5s', undefined],
  ['soon', undefined],
  ['', undefined],
  ['99999999999999999d', undefined],
])('reads the duration "%s" as %s', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});
