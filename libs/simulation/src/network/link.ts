/** One direction between two machines: how long frames take, and whether they get through at all at the moment. */
export class Link {
  private blocks = 0;
  private waiting: (() => void)[] = [];

  constructor(
    /** Shortest and typical way of a frame, in milliseconds. */
    readonly delayMs: number,
    readonly jitterMs: number,
  ) {}

  get isClogged(): boolean {
    return this.blocks > 0;
  }

  /** Nothing gets through until this is taken back as often: TCP keeps it and sends it again. */
  clog(): void {
    this.blocks += 1;
  }

  unclog(): void {
    this.blocks -= 1;
    if (this.blocks > 0) return;
    const { waiting } = this;
    this.waiting = [];
    for (const go of waiting) go();
  }

  /** Calls `go` once it gets through again. */
  whenFree(go: () => void): void {
    this.waiting.push(go);
  }
}
