import type { Progress } from './progress.js';

/** Progress for an output that nobody watches, such as a pipe: a line for each tenth. */
export class LineProgress implements Progress {
  private done = 0;
  private tenthsTold = 0;

  constructor(
    private readonly label: string,
    private readonly total: number,
    private readonly print: (line: string) => void,
  ) {}

  advance(): void {
    this.done += 1;
    const tenths = Math.floor((10 * this.done) / this.total);
    if (tenths === this.tenthsTold) return;
    this.tenthsTold = tenths;
    this.print(`${this.label} ${this.done}/${this.total} | ${Math.floor((100 * this.done) / this.total)} %`);
  }

  end(): void {
    // Its last line is told.
  }
}
