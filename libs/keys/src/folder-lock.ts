import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { invalid } from './key-file.js';

/** A change takes milliseconds. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 20;

/** Lets one process at a time change what is in a folder: a file that is there while one does. */
export class FolderLock {
  private isHeld = false;

  /**
   * @param path of that file
   * @param patienceMs how long somebody else's change is waited for
   */
  constructor(
    private readonly path: string,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /**
   * Does something while nobody else does. What it does may do more of the kind.
   *
   * @throws PenstockError `INVALID_KEY` when somebody else does not come to an end
   */
  during<Result>(act: () => Result): Result {
    if (this.isHeld) return act();
    this.take();
    this.isHeld = true;
    try {
      return act();
    } finally {
      this.isHeld = false;
      rmSync(this.path, { force: true });
    }
  }

  private take(): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const deadline = performance.now() + this.patienceMs;
    while (!this.tryToTake()) {
      if (performance.now() >= deadline)
        throw invalid(
          this.path,
          'somebody else is changing the keys, or was killed while doing so: if nobody is, remove this file',
        );
      // Whoever gives a command waits for it, and there is nothing else to do meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }

  private tryToTake(): boolean {
    try {
      const file = openSync(this.path, 'wx', 0o600);
      writeFileSync(file, `${process.pid} on ${hostname()}\n`);
      closeSync(file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw invalid(this.path, (error as Error).message, error);
    }
  }
}
