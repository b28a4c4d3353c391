import { CommandError } from '../command-error.js';
import type { PartName } from './part-name.js';

/** A part ended that was to stay. */
export class PartEndedError extends CommandError {
  override readonly name = 'PartEndedError';

  /**
   * @param how such as `exit code 1`
   * @param lastLines what it wrote last
   */
  constructor(part: PartName, how: string, lastLines: readonly string[]) {
    const quotes = lastLines.map((line) => `  ${line}`);
    const words = quotes.length === 0 ? ' without a word' : '; its last words:';
    super([`the ${part} ended by itself (${how})${words}`, ...quotes].join('\n'));
  }
}
