/** From the spawn to the first word. */
const SPAWN_DEADLINE_MS = 30_000;
/** What a worker gets on top of the deadline that it enforces itself, as long as its import does not block it. */
const MARGIN_MS = 1_000;

/** Watches a worker load its task files: which one it is at, and that none blocks it for ever. */
export class StartWatch {
  /** The file whose import is under way. */
  importing: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly importDeadlineMs: number,
    private readonly onLate: () => void,
  ) {
    this.arm(SPAWN_DEADLINE_MS);
  }

  onImporting(file: string): void {
    this.importing = file;
    this.arm(this.importDeadlineMs + MARGIN_MS);
  }

  /** All is loaded, or the worker is gone. */
  close(): void {
    this.importing = undefined;
    clearTimeout(this.timer);
  }

  private arm(deadlineMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onLate, deadlineMs).unref();
  }
}
