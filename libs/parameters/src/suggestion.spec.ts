import { describe, expect, it } from 'vitest';
import { nearestWord } from './suggestion.js';

describe('nearestWord', () => {
  const known = ['LB_HTTPPORT', 'LB_HTTPHOSTS', 'LB_IP', 'minP', 'maxP'];

  it.each([
    ['LB_HTPPORT', 'LB_HTTPPORT'],
    ['lb_httpport', 'LB_HTTPPORT'],
    ['LB_HTTPHOST', 'LB_HTTPHOSTS'],
    ['minp', 'minP'],
  ])('takes %j for %j', (word, meant) => {
    expect(nearestWord(word, known)).toBe(meant);
  });

  it.each(['LB_COLOUR', 'x', ''])('has no idea what %j may mean', (word) => {
    expect(nearestWord(word, known)).toBeUndefined();
  });

  it('suggests nothing when nothing is known', () => {
    expect(nearestWord('LB_IP', [])).toBeUndefined();
  });
});
