import { limits, PenstockError, userHash } from '@penstock/protocol';
import { Fifo } from './fifo.js';
import type { OpenTask } from './open-task.js';

// oxlint-disable-next-line no-control-regex -- control characters are what it is looking for
const controlCharacters = /[\u0000-\u001f\u007f]/;

const SKIPPED_MAX = 1_024;

/** One user's tasks that wait here to be handed in, in the order in which they were submitted. */
export class UserLane {
  /** What the user's task ids carry. */
  readonly hash: number;
  readonly waiting = new Fifo<OpenTask>();
  /** Tasks handed in and not ended. */
  openTasks = 0;
  /** Whether it stands in line for the next batch. */
  isInLine = false;
  /** Nothing is handed in before this time (monotonic milliseconds): the balancer has refused the last ones. */
  restsUntil = 0;
  /** Rests since a task was accepted. */
  rests = 0;
  /** Tasks in {@link waiting} that have ended meanwhile. */
  private skipped = 0;

  /**
   * @param userId absent = `anonymous`
   * @throws PenstockError `INVALID_USER`
   */
  constructor(readonly userId: string | undefined) {
    if (userId !== undefined) requireText('INVALID_USER', 'a userId', userId, limits.userBytes);
    this.hash = userHash(userId);
  }

  /** The next task that waits. */
  peek(): OpenTask | undefined {
    let task = this.waiting.peek();
    while (task?.phase === 'ended') {
      this.waiting.shift();
      this.skipped -= 1;
      task = this.waiting.peek();
    }
    return task;
  }

  /** A task that waits is about to end: its place is passed over when its turn comes, unless that becomes too many. */
  skip(): void {
    this.skipped += 1;
    if (this.skipped < SKIPPED_MAX || this.skipped * 2 < this.waiting.length) return;
    this.waiting.keep(({ phase }) => phase !== 'ended');
    // The one that is about to end is still there.
    this.skipped = 1;
  }
}

/** @throws PenstockError `INVALID_NAME` */
export function requireTaskName(name: string): void {
  requireText('INVALID_NAME', 'a task name', name, limits.nameBytes);
}

function requireText(
  code: 'INVALID_NAME' | 'INVALID_USER',
  what: string,
  text: string,
  maxBytes: number,
): void {
  const isValid =
    typeof text === 'string' &&
    text.length > 0 &&
    Buffer.byteLength(text) <= maxBytes &&
    !controlCharacters.test(text);
  if (isValid) return;
  throw new PenstockError(
    code,
    `${what} has 1 to ${maxBytes} bytes of UTF-8 and no control characters, not ${JSON.stringify(text)?.slice(0, 200)}`,
  );
}
