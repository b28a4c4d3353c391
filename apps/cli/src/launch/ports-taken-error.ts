import { CommandError } from '../command-error.js';
import type { PortParameter } from './ports.js';

/** A port that another program has. */
export interface TakenPort {
  readonly port: number;
  readonly parameter: PortParameter;
  /** A port that could be taken instead. */
  readonly free: number;
}

/** Ports that are to be bound belong to other programs. */
export class PortsTakenError extends CommandError {
  override readonly name = 'PortsTakenError';

  /** @param command what was typed, up to where parameters are added; for the example in the message */
  constructor(taken: readonly TakenPort[], command: string) {
    super(explain(taken, command));
  }
}

/** What is wrong and how to mend it, in one line. */
function explain(taken: readonly TakenPort[], command: string): string {
  const ports = list(taken.map(({ port }) => String(port)));
  const parameters = list(taken.map(({ parameter }) => parameter));
  const example = taken.map(({ parameter, free }) => `--${parameter} ${free}`).join(' ');
  return taken.length === 1
    ? `port ${ports} is taken: choose another with ${parameters}, e.g. ${command} ${example}`
    : `ports ${ports} are taken: choose others with ${parameters}, e.g. ${command} ${example}`;
}

function list(words: readonly string[]): string {
  return words.length === 1 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
