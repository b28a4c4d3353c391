import { describe, expect, it } from 'vitest';
import { plot } from './plot.js';

describe('a plot', () => {
  it('has a line per series, with its highest value at the top of its panel', () => {
    const svg = plot(
      'a < b',
      [0, 1, 2],
      [{ title: 'memory', lines: [{ name: 'balancer', values: [0, 10, 5] }] }],
    );
    expect(svg).toContain('a &lt; b, 2.0 minutes');
    expect(svg).toMatch(/<polyline [^>]*points="70.0,168.0 480.0,52.0 890.0,110.0"/);
    expect(svg).toContain('>10</text>');
  });

  it('can be drawn of nothing', () => {
    expect(plot('empty', [], [{ title: 'memory', lines: [] }])).toContain('</svg>');
  });
});
