import { splitAtTags, unfinishedTagAt, type OutputTag } from '@penstock/worker/host';
import { StringDecoder } from 'node:string_decoder';

/** One line that a worker wrote. */
export interface OutputLine {
  readonly text: string;
  /** The attempt that wrote it, where one did. */
  readonly tag: OutputTag | undefined;
}

/** Lines that a worker may write at once, and per second from then on. */
const BURST = 500;
const PER_SECOND = 100;

/** After how long it is told what was dropped, when the worker writes nothing more. */
const TELL_DROPPED_MS = 1_000;

/**
 * Makes lines of one output stream of a worker. Both are bounded: a longer line is cut off, and of more lines than the
 * rate allows only the number is told.
 */
export class OutputLines {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private line = '';
  private isCut = false;
  private tag: OutputTag | undefined;
  private allowance = BURST;
  private allowedAt = 0;
  private dropped = 0;
  private tellDroppedLater: NodeJS.Timeout | undefined;

  /** @param lineMax characters of a line */
  constructor(
    private readonly lineMax: number,
    private readonly onLine: (line: OutputLine) => void,
  ) {}

  /** Takes what the worker wrote. */
  push(chunk: Uint8Array, now: number): void {
    this.refill(now);
    const output = this.rest + this.decoder.write(chunk);
    const whole = unfinishedTagAt(output);
    this.rest = output.slice(whole);
    for (const part of splitAtTags(output.slice(0, whole))) {
      if ('tag' in part) this.setTag(part.tag);
      else this.addText(part.text);
    }
  }

  /** The stream has ended: what has no line end yet is the last line. */
  end(): void {
    this.addText(this.rest + this.decoder.end());
    this.rest = '';
    if (this.line !== '') this.emit();
    this.tellDropped();
  }

  private setTag(tag: OutputTag | undefined): void {
    if (this.line !== '') this.emit();
    this.tag = tag;
  }

  private addText(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.addToLine(text, from, end);
      this.emit();
      from = end + 1;
    }
    this.addToLine(text, from, text.length);
  }

  private addToLine(text: string, from: number, to: number): void {
    const room = this.lineMax - this.line.length;
    this.line += text.slice(from, Math.min(to, from + room));
    this.isCut ||= to - from > room;
  }

  private emit(): void {
    const text = this.line.replace(/\r$/, '') + (this.isCut ? ' … (cut off)' : '');
    this.line = '';
    this.isCut = false;
    if (this.allowance < 1) {
      this.dropped += 1;
      this.tellDroppedLater ??= setTimeout(() => this.tellDropped(), TELL_DROPPED_MS).unref();
      return;
    }
    this.allowance -= 1;
    this.onLine({ text, tag: this.tag });
  }

  private refill(now: number): void {
    this.allowance = Math.min(BURST, this.allowance + ((now - this.allowedAt) / 1_000) * PER_SECOND);
    this.allowedAt = now;
    if (this.allowance >= 1) this.tellDropped();
  }

  private tellDropped(): void {
    clearTimeout(this.tellDroppedLater);
    this.tellDroppedLater = undefined;
    if (this.dropped === 0) return;
    this.onLine({ text: `… ${this.dropped} lines dropped: the worker writes too much`, tag: undefined });
    this.dropped = 0;
  }
}
