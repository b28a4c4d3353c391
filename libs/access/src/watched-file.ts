import { readFileSync, statSync } from 'node:fs';

/** How often a file is looked at: whoever is locked out is so within that time. Looking works on every file system. */
const LOOK_MS = 1_000;

/** What a file says, and goes on saying while somebody writes nonsense into it. */
export class WatchedFile<T> {
  private value: T;
  /** How the file looked before it was read: what is written meanwhile is read once more. */
  private print: string;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param parse what the text means; `undefined` = there is no such file
   * @param onProblem told of a change that makes no sense
   * @throws whatever `parse` throws, the first time
   */
  constructor(
    readonly path: string,
    private readonly parse: (text: string | undefined) => T,
    private readonly onProblem: (problem: string) => void,
    private readonly onChanged: () => void,
  ) {
    this.print = printOf(path);
    this.value = parse(textOf(path));
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  get current(): T {
    return this.value;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const print = printOf(this.path);
    if (print === this.print) return;
    this.print = print;
    try {
      this.value = this.parse(textOf(this.path));
    } catch (error) {
      this.onProblem(`${this.path} stays as it was: ${(error as Error).message}`);
      return;
    }
    this.onChanged();
  }
}

/** Changes whenever the file is written, replaced or put out of reach. */
function printOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
