import { readFileSync, unwatchFile, watchFile, type StatsListener } from 'node:fs';

/** How often a file is looked at: whoever is locked out is so within that time. Looking works on every file system. */
const LOOK_MS = 1_000;

/** What a file says, and goes on saying while somebody writes nonsense into it. */
export class WatchedFile<T> {
  private value: T;
  private readonly listener: StatsListener = () => this.reload();

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
    this.value = parse(textOf(path));
    watchFile(path, { interval: LOOK_MS, persistent: false }, this.listener);
  }

  get current(): T {
    return this.value;
  }

  close(): void {
    unwatchFile(this.path, this.listener);
  }

  private reload(): void {
    try {
      this.value = this.parse(textOf(this.path));
    } catch (error) {
      this.onProblem(`${this.path} stays as it was: ${(error as Error).message}`);
      return;
    }
    this.onChanged();
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
