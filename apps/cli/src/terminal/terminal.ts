import { MultiBar, Presets } from 'cli-progress';
import type { WriteStream } from 'node:tty';
import { LineProgress } from './line-progress.js';
import type { Progress } from './progress.js';

/** The output that a person reads: lines, and at times a progress bar that stays below them. */
export class Terminal {
  private bars: MultiBar | undefined;

  constructor(private readonly stream: WriteStream) {}

  /** Whether a person sees it, and not a file or another program. */
  get isTerminal(): boolean {
    return this.stream.isTTY === true;
  }

  /** Writes what another program may want as it is: bytes, or a text, which gets an end of line. */
  write(data: string | Uint8Array): void {
    this.stream.write(typeof data === 'string' ? `${data}\n` : data);
  }

  /** Writes a line, above the progress bar if there is one. */
  print(line = ''): void {
    if (this.bars === undefined) this.stream.write(`${line}\n`);
    else this.bars.log(`${line}\n`);
  }

  /** Shows how far something is that has `total` steps: as a bar, or in a pipe as a line now and then. */
  progress(label: string, total: number): Progress {
    if (!this.stream.isTTY) return new LineProgress(label, total, (line) => this.print(line));
    const bars = new MultiBar(
      {
        stream: this.stream,
        format: `${label} {bar} {value}/{total} | {percentage} % | {eta_formatted} left`,
        hideCursor: true,
        // Ctrl-C is the launcher's business.
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
    const bar = bars.create(total, 0);
    this.bars = bars;
    return {
      advance: () => bar.increment(),
      end: () => {
        // What was printed since the bar was last drawn.
        bars.update();
        bars.stop();
        this.bars = undefined;
      },
    };
  }
}
