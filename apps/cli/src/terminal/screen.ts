import type { ReadStream, WriteStream } from 'node:tty';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
/** Ctrl-C comes as a key while keys are read one by one. */
const quitKeys = new Set(['q', 'Q', '\u0003']);

/** The place that there is, in characters. */
interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A whole terminal to draw in, as `top` does; what was on it comes back at the end. */
export class Screen implements Disposable {
  private draw: ((size: Size) => readonly string[]) | undefined;
  private readonly isReadingKeys: boolean;

  constructor(
    private readonly keys: ReadStream,
    private readonly stream: WriteStream,
    private readonly onQuit: () => void,
  ) {
    stream.write(ENTER);
    stream.on('resize', this.redraw);
    this.isReadingKeys = keys.isTTY;
    if (!this.isReadingKeys) return;
    keys.setRawMode(true);
    keys.on('data', this.onKey);
  }

  /** Draws a picture, now and whenever the terminal gets another size. */
  show(draw: (size: Size) => readonly string[]): void {
    this.draw = draw;
    this.redraw();
  }

  [Symbol.dispose](): void {
    this.stream.off('resize', this.redraw);
    if (this.isReadingKeys) {
      this.keys.off('data', this.onKey);
      this.keys.setRawMode(false);
      this.keys.pause();
    }
    this.stream.write(LEAVE);
  }

  private readonly redraw = (): void => {
    const { columns, rows } = this.stream;
    const lines = this.draw?.({ columns, rows }) ?? [];
    this.stream.write(HOME + lines.map((line) => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW);
  };

  private readonly onKey = (key: Buffer): void => {
    if (quitKeys.has(key.toString())) this.onQuit();
  };
}
