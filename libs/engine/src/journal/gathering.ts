import { EMPTY, TASK_ID_BYTES, type ContentType } from '@penstock/protocol';
import { GatheredEntry } from './gathered-entry.js';
import type { TaskContents } from './task-contents.js';
import type { TaskEntries } from './task-entries.js';

/** An entry that holds the contents of few tasks, in few bytes. */
interface SmallEntry {
  readonly sequence: number;
  /** By the wall clock, when its tasks were accepted. */
  readonly acceptedAtWallMs: number;
  /** Of the tasks that it was written for. Some of them may not need it any more. */
  readonly slots: readonly number[];
}

/** An entry of so many bytes, or fewer, is small: by itself it costs more than what is in it. */
const SMALL_BYTES = 1_024;
/** So many of the newest small entries are left alone: most tasks are over before they are older. */
const ENTRIES_LEFT_ALONE = 4_096;
/** Small entries that are looked at in one go. */
const ENTRIES_PER_LOOK = 1_024;
/** More are not remembered: a journal of an older version may have one for each of a million tasks. */
const ENTRIES_MAX = 65_536;
/** Fewer tasks are not worth an entry yet. */
const TASKS_MIN = 128;

/**
 * Tasks that came one by one have an entry each. Of those that still wait after many others came, many are put into one: a
 * long queue costs as much as if it had come in batches.
 */
export class Gathering {
  /** Those that nobody has looked at, oldest first. */
  private readonly small: SmallEntry[] = [];
  private readonly gathered = new GatheredEntry();

  constructor(
    private readonly entries: TaskEntries,
    private readonly contents: TaskContents,
  ) {}

  /** An entry with contents was appended, or found in the journal. */
  add(entry: SmallEntry, bytes: number): void {
    if (bytes <= SMALL_BYTES && this.small.length < ENTRIES_MAX) this.small.push(entry);
  }

  /**
   * Gathers what is worth it.
   *
   * @param shift from monotonic to the journal's time
   * @param write writes the tasks gathered so far into an entry, in place of those that had them
   */
  run(shift: number, write: (gathered: GatheredEntry) => void): void {
    if (this.small.length < ENTRIES_LEFT_ALONE + ENTRIES_PER_LOOK) return;
    const waiting = this.small.splice(0, ENTRIES_PER_LOOK).filter((entry) => this.isAsHandedIn(entry));
    const tasks = waiting.reduce((sum, { slots }) => sum + slots.length, 0);
    if (tasks < TASKS_MIN) {
      this.small.unshift(...waiting);
      return;
    }
    for (const { sequence, acceptedAtWallMs, slots } of waiting) {
      for (const slot of slots) {
        if (this.entries.content.at(slot) !== sequence) continue;
        if (this.gathered.isFull) write(this.gathered);
        this.gather(slot, acceptedAtWallMs, shift);
      }
    }
    write(this.gathered);
  }

  /**
   * Whether some task needs an entry, and nothing was told of any that does. They are gathered all or none: the entry must be
   * gone then, or it would bring them back a second time.
   */
  private isAsHandedIn({ sequence, slots }: SmallEntry): boolean {
    let isNeeded = false;
    for (const slot of slots) {
      if (this.entries.content.at(slot) !== sequence) continue;
      const task = this.contents.taskAt(slot);
      const waits = task?.state === 'queued' || task?.state === 'delayed';
      if (!waits || task.attempt > 0 || this.entries.isTold(slot)) return false;
      isNeeded = true;
    }
    return isNeeded;
  }

  private gather(slot: number, acceptedAtWallMs: number, shift: number): void {
    const task = this.contents.taskAt(slot);
    if (task === undefined) return;
    const { payloads, options, idView } = this.contents;
    const { order, submittedAt, name, user, priority } = task;
    // The batch has its bytes from there when it is written.
    payloads.compact(slot);
    const taken = { order, submittedAt: submittedAt + shift, acceptedAtWallMs };
    this.gathered.add(task, taken, idView, slot * TASK_ID_BYTES, {
      name: name.text,
      userId: user.id,
      priority,
      contentType: payloads.contentType(slot) as ContentType,
      payload: payloads.bytes(slot),
      options: options.get(slot) ?? EMPTY,
    });
  }
}
