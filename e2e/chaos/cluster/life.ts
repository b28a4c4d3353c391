import { startProgram, type Program } from '../../support/program.js';
import type { ProgramPackage } from '../../support/entry.js';

/** A program that is killed and started again: one process after the other, never two. */
export class Life {
  program: Program;
  /** Lives so far. */
  count = 1;
  /** Whether a fault has it in hand, so that its end is no surprise. */
  isBusy = false;
  private readonly earlier: Program[] = [];
  private isExpected = false;

  constructor(
    readonly name: string,
    private readonly packageName: ProgramPackage,
    private readonly parameters: Readonly<Record<string, string>>,
    /** Told when a process has ended that nobody had ended. */
    private readonly onDeath: (life: Life, how: string) => void,
  ) {
    this.program = this.spawn();
  }

  /** Ends it, by whatever means. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.isExpected = true;
    const { program } = this;
    if (signal === 'SIGKILL') await program.kill();
    else await program.stop();
  }

  /** Starts it again. */
  start(): void {
    this.earlier.push(this.program);
    this.count += 1;
    this.isExpected = false;
    this.program = this.spawn();
  }

  /** What all of its processes wrote. */
  log(): string {
    return [...this.earlier, this.program]
      .flatMap(({ pid, lines }) => lines.map((line) => `${this.name} (${pid}) | ${line}`))
      .join('\n');
  }

  /** Lines of all of its processes that match. */
  countLines(pattern: RegExp): number {
    const lines = [...this.earlier, this.program].flatMap((program) => program.lines);
    return lines.filter((line) => pattern.test(line)).length;
  }

  private spawn(): Program {
    const program = startProgram(this.name, this.packageName, this.parameters);
    void program.exited.then(({ code, signal }) => {
      if (program === this.program && !this.isExpected) this.onDeath(this, String(code ?? signal));
    });
    return program;
  }
}
