import { describe, expect, it } from 'vitest';
import { locateJsonError } from './json-error.js';

describe('locateJsonError', () => {
  it.each([
    ['{"a": 1,}', 1, 9, 'expected a name in double quotes, found "}"'],
    ['{"a": 1\n  "b": 2}', 2, 3, 'expected "," or "}", found a string'],
    ['{\r\n\t"a" 1}', 2, 6, 'expected ":", found "1"'],
    ['{a: 1}', 1, 2, 'expected a name in double quotes, found "a"'],
    ["{'a': 1}", 1, 2, 'expected a name in double quotes, found "\'"'],
    ['{"a": NaN}', 1, 7, 'expected a value, found "NaN"'],
    ['{"a": 01}', 1, 8, 'expected "," or "}", found "1"'],
    ['[1, 2', 1, 6, 'expected "," or "]", found the end of the file'],
    ['[1, 2]]', 1, 7, 'expected nothing more, found "]"'],
    ['{"a": "b\n"}', 1, 7, 'expected a string that is closed and has no control characters, found a string'],
    ['["\\x"]', 1, 2, 'expected a string that is closed and has no control characters, found a string'],
    ['', 1, 1, 'expected a value, found the end of the file'],
    ['# a remark\n{}', 1, 1, 'expected a value, found "#"'],
  ])('finds the mistake in %j', (text, line, column, message) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(locateJsonError(text)).toEqual({ line, column, message });
  });

  it.each([
    ' {} ',
    '[]',
    '"\u007f\u{1f600} \\u00e9 \\n"',
    '-0.5e+10',
    'null',
    '{"a": [1, {"b": [true, false, null]}], "": -1}',
    JSON.stringify({ lone: '\ud800', quote: '"', path: 'C:\\x' }, undefined, 2),
  ])('finds none in %j', (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(locateJsonError(text)).toBeUndefined();
  });

  it('agrees with JSON.parse on what is JSON, whichever character is missing or doubled', () => {
    const whole = '{"a": [1, -2.5e3, "x\\"y"], "b": {"c": null, "d": true}}';
    for (let at = 0; at < whole.length; at += 1) {
      for (const text of [
        whole.slice(0, at) + whole.slice(at + 1),
        whole.slice(0, at) + whole.slice(at - 1),
      ]) {
        expect(locateJsonError(text) === undefined, text).toBe(isJson(text));
      }
    }
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
