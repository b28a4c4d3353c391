import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { Terminal } from './terminal.js';

/** A stream that keeps what is written; with `columns`, it passes for a terminal. */
function recording(isTTY: boolean) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return {
    terminal: new Terminal(Object.assign(stream, { isTTY, columns: 80 }) as unknown as WriteStream),
    text: () => chunks.join(''),
  };
}

describe('a terminal', () => {
  it('prints lines', () => {
    const { terminal, text } = recording(true);
    terminal.print('one');
    terminal.print();
    expect(text()).toBe('one\n\n');
  });

  it('prints above the progress bar, and loses no line when that ends', () => {
    const { terminal, text } = recording(true);
    const progress = terminal.progress('wordcount', 2);
    progress.advance();
    terminal.print('hub | a line');
    progress.advance();
    progress.end();
    terminal.print('after it');
    expect(text()).toMatch(/hub \| a line[^]*wordcount .* 2\/2 \| 100 %[^]*\nafter it\n$/);
  });

  it('shows progress as lines when it is none', () => {
    const { terminal, text } = recording(false);
    const progress = terminal.progress('wordcount', 1);
    progress.advance();
    progress.end();
    expect(text()).toBe('wordcount 1/1 | 100 %\n');
  });
});
