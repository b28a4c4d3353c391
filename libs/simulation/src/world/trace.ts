/** All that happened, as lines: hashed, so that two runs can be compared, and the latest kept, so that a fault is told. */
export class Trace {
  private readonly latest: string[] = [];
  private next = 0;
  private low = 0x811c_9dc5;
  private high = 0x1234_5678;

  /**
   * @param kept lines that are kept
   * @param print told each line, when somebody wants to see everything
   */
  constructor(
    private readonly kept: number,
    private readonly print?: (line: string) => void,
  ) {}

  note(atMs: number, text: string): void {
    const line = `${(atMs / 1_000).toFixed(4).padStart(10)} ${text}`;
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at);
      this.low = Math.imul(this.low ^ code, 0x0100_0193);
      this.high = Math.imul(this.high ^ code, 0x85eb_ca6b);
    }
    this.latest[this.next++ % this.kept] = line;
    this.print?.(line);
  }

  /** Two runs with the same one did the same. */
  get hash(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.high) + hex(this.low);
  }

  /** The latest lines, in order. */
  get lines(): string[] {
    const from = Math.max(0, this.next - this.kept);
    return Array.from(
      { length: this.next - from },
      (_, at) => this.latest[(from + at) % this.kept] as string,
    );
  }
}
