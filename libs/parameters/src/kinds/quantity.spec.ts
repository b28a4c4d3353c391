import { describe, expect, it } from 'vitest';
import { duration } from './duration.js';
import { size } from './size.js';

describe('a duration', () => {
  const { schema, toText } = duration({ min: '0ms', max: '30d' });

  it.each([
    [250, 250],
    ['250', 250],
    ['500ms', 500],
    ['10s', 10_000],
    ['10 s', 10_000],
    ['10m', 600_000],
    ['48h', 172_800_000],
    ['7d', 604_800_000],
    ['0', 0],
  ])('reads %j as %i milliseconds', (written, milliseconds) => {
    expect(schema.parse(written)).toBe(milliseconds);
  });

  it.each([
    -1,
    1.5,
    '1.5s',
    NaN,
    Infinity,
    'Infinity',
    '',
    's',
    '10S',
    '10 seconds',
    '31d',
    true,
    null,
    [1],
    '-5s',
  ])('refuses %j and says what is wanted', (written) => {
    expect(schema.safeParse(written).error?.issues[0]?.message).toMatch(
      /^expected a duration, 0ms to 30d \(/,
    );
  });

  it.each([
    [0, '0'],
    [1, '1ms'],
    [1_500, '1500ms'],
    [90_000, '90s'],
    [172_800_000, '48h'],
  ])('shows %i milliseconds as %j', (milliseconds, shown) => {
    expect(toText(milliseconds)).toBe(shown);
    expect(schema.parse(shown)).toBe(milliseconds);
  });
});

describe('a size', () => {
  const { schema, toText } = size({ min: '1B', max: '1TiB' });

  it.each([
    [4_096, 4_096],
    ['4096', 4_096],
    ['12B', 12],
    ['64KiB', 65_536],
    ['16MiB', 16_777_216],
    ['1GiB', 1_073_741_824],
    ['1TiB', 1_099_511_627_776],
    ['10MB', 10_000_000],
    ['3kB', 3_000],
  ])('reads %j as %i bytes', (written, bytes) => {
    expect(schema.parse(written)).toBe(bytes);
  });

  it.each([0, '2TiB', '16mib', '16M', '1.5GiB', 1e300, '9'.repeat(400)])('refuses %j', (written) => {
    expect(schema.safeParse(written).success).toBe(false);
  });

  it.each([
    [1_000, '1000B'],
    [1_024, '1KiB'],
    [268_435_456, '256MiB'],
  ])('shows %i bytes as %j', (bytes, shown) => {
    expect(toText(bytes)).toBe(shown);
    expect(schema.parse(shown)).toBe(bytes);
  });
});
