import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, vi } from 'vitest';

const PATIENCE_MS = 30_000;
let count = 0;

/** A real terminal of 80 by 24 characters, with a shell in it, gone with the test. */
export class Tmux {
  private readonly server = `penstock-${process.pid}-${count++}`;

  constructor(env: Readonly<Record<string, string>>) {
    const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    this.tmux('new-session', '-d', '-x', '80', '-y', '24', ...variables, 'sh');
    onTestFinished(({ task }) => {
      if (task.result?.state === 'fail') process.stderr.write(`The terminal was:\n${this.screen()}\n`);
      this.tmux('kill-server');
    });
  }

  /** What is on the screen. */
  screen(): string {
    return this.tmux('capture-pane', '-p');
  }

  /** Types a line. */
  type(line: string): void {
    this.tmux('send-keys', '-l', line);
    this.press('Enter');
  }

  /** Presses a key, by tmux's name for it. */
  press(key: string): void {
    this.tmux('send-keys', key);
  }

  private tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-u', '-L', this.server, ...args], { encoding: 'utf8' });
  }
}

/** Waits until the screen is like this. */
export async function expectScreen(terminal: Tmux, pattern: RegExp): Promise<string> {
  return vi.waitFor(() => {
    const screen = terminal.screen();
    expect(screen).toMatch(pattern);
    return screen;
  }, PATIENCE_MS);
}
