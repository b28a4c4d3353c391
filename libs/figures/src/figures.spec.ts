import { describe, expect, it } from 'vitest';
import { ago, bytes, count, duration, shortId } from './figures.js';

describe('figures', () => {
  it.each([
    [0, '0 ms'],
    [0.04, '0.0 ms'],
    [3.21, '3.2 ms'],
    [250.4, '250 ms'],
    [1_540, '1.5 s'],
    [125_000, '2 min 5 s'],
    [11_400_000, '3 h 10 min'],
    [200_000_000, '2 d 7 h'],
  ])('show a duration of %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [1_536, '1.5 KiB'],
    [20 * 1024 ** 2, '20.0 MiB'],
    [900 * 1024 ** 3, '900 GiB'],
  ])('show %d bytes as %s', (value, text) => {
    expect(bytes(value)).toBe(text);
  });

  it('show counts with separators, ids by their end, and times as long ago', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect(shortId('019ab2c4-5d6e-7abc-8def-0123456789ab')).toBe('…456789ab');
    expect([ago(0, 300), ago(0, 12_340), ago(0, 125_000), ago(500, 0)]).toEqual([
      'just now',
      '12 s ago',
      '2 min 5 s ago',
      'just now',
    ]);
  });
});
