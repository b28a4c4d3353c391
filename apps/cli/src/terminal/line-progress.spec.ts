import { describe, expect, it } from 'vitest';
import { LineProgress } from './line-progress.js';

function linesOf(total: number): string[] {
  const lines: string[] = [];
  const progress = new LineProgress('wordcount', total, (line) => lines.push(line));
  for (let step = 0; step < total; step++) progress.advance();
  progress.end();
  return lines;
}

describe('progress in lines', () => {
  it('tells each tenth', () => {
    const lines = linesOf(5_000);
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('wordcount 500/5000 | 10 %');
    expect(lines[9]).toBe('wordcount 5000/5000 | 100 %');
  });

  it('tells each step where there are few', () => {
    expect(linesOf(2)).toEqual(['wordcount 1/2 | 50 %', 'wordcount 2/2 | 100 %']);
  });
});
