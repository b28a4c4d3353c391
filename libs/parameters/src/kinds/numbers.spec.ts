import { describe, expect, it } from 'vitest';
import { count, port } from './numbers.js';

describe('a port', () => {
  const { schema, fromText } = port();

  it.each(['0', '5799', ' 65535 '])('is read from the text %j', (text) => {
    expect(schema.parse(fromText(text))).toBe(Number(text));
  });

  it.each([
    -1,
    65_536,
    80.5,
    NaN,
    true,
    null,
    fromText('80x80'),
    fromText(''),
    fromText('0x50'),
    fromText('1e3'),
  ])('is not %j', (value) => {
    expect(schema.safeParse(value).error?.issues[0]?.message).toBe('expected a port, 0 to 65535');
  });
});

describe('a count', () => {
  it('names what it counts and its bounds', () => {
    expect(count('tasks').expected).toBe('a whole number of tasks, at least 1');
    expect(count('tasks', { min: 0, max: 9 }).expected).toBe(
      'a whole number of tasks, at least 0, at most 9',
    );
  });

  it('includes its bounds and nothing beyond them', () => {
    const { schema } = count('tasks', { min: 2, max: 4 });
    expect([1, 2, 3, 4, 5].filter((value) => schema.safeParse(value).success)).toEqual([2, 3, 4]);
  });

  it('reads a negative text where negative numbers are allowed', () => {
    const { schema, fromText } = count('tasks', { min: Number.MIN_SAFE_INTEGER });
    expect(schema.parse(fromText('-1'))).toBe(-1);
  });
});
