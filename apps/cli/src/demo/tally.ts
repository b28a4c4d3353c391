/** What `wordcount` tells of a file, as far as it is added up here. */
export interface Count {
  readonly bytes: number;
  readonly words: number;
  readonly lines: number;
}

/** The sums of a demonstration. */
export interface Totals extends Count {
  /** Files that were counted. */
  readonly files: number;
  readonly failed: number;
  readonly seconds: number;
  readonly tasksPerSecond: number;
  /** Files that each worker has counted. */
  readonly workers: Readonly<Record<string, number>>;
}

/** Adds up what the workers have counted. */
export class Tally {
  /** What went wrong, a line for each file. */
  readonly failures: string[] = [];
  private files = 0;
  private bytes = 0;
  private words = 0;
  private lines = 0;
  private readonly workers = new Map<string, number>();

  add({ bytes, words, lines }: Count, worker: string): void {
    this.files += 1;
    this.bytes += bytes;
    this.words += words;
    this.lines += lines;
    this.workers.set(worker, (this.workers.get(worker) ?? 0) + 1);
  }

  fail(path: string, reason: string): void {
    this.failures.push(`${path}: ${reason}`);
  }

  /** @param elapsedMs how long all of it took */
  totals(elapsedMs: number): Totals {
    const { files, bytes, words, lines, failures } = this;
    const seconds = elapsedMs / 1000;
    const workers = Object.fromEntries([...this.workers].toSorted(([a], [b]) => a.localeCompare(b, 'en')));
    return {
      files,
      failed: failures.length,
      bytes,
      words,
      lines,
      seconds,
      tasksPerSecond: (files + failures.length) / seconds,
      workers,
    };
  }
}
