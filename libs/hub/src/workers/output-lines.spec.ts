import { describe, expect, it, vi } from 'vitest';
import { OutputLines, type OutputLine } from './output-lines.js';

const TASK = '019ab2c4-5d6e-7abc-8def-0123456789ab';

function linesOf(lineMax = 20) {
  const seen: OutputLine[] = [];
  const lines = new OutputLines(lineMax, (line) => seen.push(line));
  return { seen, lines, push: (text: string | Uint8Array, now = 0) => lines.push(Buffer.from(text), now) };
}

describe('OutputLines', () => {
  it('makes lines of pieces, whatever the pieces are', () => {
    const { seen, lines, push } = linesOf();
    const bytes = Buffer.from('one\ntwö\r\nthree');
    for (const byte of bytes) push(Uint8Array.of(byte));
    lines.end();
    expect(seen.map(({ text }) => text)).toEqual(['one', 'twö', 'three']);
  });

  it('gives a line the tag before it, even when the tag comes in pieces', () => {
    const { seen, push } = linesOf();
    for (const piece of ['a\n\u001e', TASK.slice(0, 9), TASK.slice(9), '#2', '\u001fb\n', '\u001e\u001fc\n'])
      push(piece);
    expect(seen).toEqual([
      { text: 'a', tag: undefined },
      { text: 'b', tag: { taskId: TASK, attempt: 2 } },
      { text: 'c', tag: undefined },
    ]);
  });

  it('ends a line where another task begins to write', () => {
    const { seen, push } = linesOf();
    push(`half \u001e${TASK}#1\u001fwhole\n`);
    expect(seen.map(({ text, tag }) => [text, tag?.attempt])).toEqual([
      ['half ', undefined],
      ['whole', 1],
    ]);
  });

  it('leaves what only looks like a tag in the text', () => {
    const { seen, push } = linesOf(40);
    push('a \u001e no tag \u001f b\n');
    expect(seen).toEqual([{ text: 'a \u001e no tag \u001f b', tag: undefined }]);
  });

  it('cuts off what is too long, and says so', () => {
    const { seen, push } = linesOf(5);
    push('123');
    push('456789\nnext\n');
    expect(seen.map(({ text }) => text)).toEqual(['12345 … (cut off)', 'next']);
  });

  it('drops lines over the rate, and says how many', () => {
    const { seen, push } = linesOf();
    push('x\n'.repeat(700), 0);
    expect(seen).toHaveLength(500);
    push('y\n', 1_000);
    expect(seen.slice(500).map(({ text }) => text)).toEqual([
      '… 200 lines dropped: the worker writes too much',
      'y',
    ]);
  });

  it('says how many lines were dropped although the worker writes no more', () => {
    vi.useFakeTimers();
    try {
      const { seen, push } = linesOf();
      push('x\n'.repeat(700));
      vi.advanceTimersByTime(1_000);
      expect(seen.at(-1)?.text).toBe('… 200 lines dropped: the worker writes too much');
    } finally {
      vi.useRealTimers();
    }
  });

  it('says how many lines were dropped before the worker ended', () => {
    const { seen, lines, push } = linesOf();
    push('x\n'.repeat(501));
    lines.end();
    expect(seen.slice(500).map(({ text }) => text)).toEqual([
      '… 1 lines dropped: the worker writes too much',
    ]);
  });
});
