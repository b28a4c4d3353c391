import { IndexedHeap } from '../queue/indexed-heap.js';
import type { SchedulerSettings } from '../settings.js';
import type { Task } from '../task.js';
import type { EndCause } from './end-cause.js';
import type { Story } from './story.js';

/** When tasks expire that have a time of their own for it. The others' time in the queue costs nothing here. */
export class DueTimes {
  private readonly heap = new IndexedHeap<Story>((a, b) =>
    a.dueAt === b.dueAt ? a.task.order < b.task.order : a.dueAt < b.dueAt,
  );

  constructor(private readonly settings: SchedulerSettings) {}

  /** Tasks that have something due some time. */
  get size(): number {
    return this.heap.size;
  }

  /** When the first is due. */
  get next(): number | undefined {
    return this.heap.top?.dueAt;
  }

  /** The first task if it is due. */
  firstDue(now: number): Task | undefined {
    const first = this.heap.top;
    return first !== undefined && first.dueAt <= now ? first.task : undefined;
  }

  /** Works out the times of a task that is handed in, before it is queued. */
  begin(story: Story): void {
    const { deadlineMs, delayMs = 0, queueTtlMs } = story.rules ?? {};
    const { submittedAt } = story.task;
    story.deadlineAt = deadlineMs === undefined ? Infinity : submittedAt + deadlineMs;
    story.queuedUntil = queueTtlMs === undefined && delayMs === 0 ? Infinity : this.queueEnd(story);
    story.isExpiring = false;
  }

  /** A task is about to be held back: from now on its time in the queue is looked after here. */
  adopt(story: Story): void {
    story.queuedUntil = this.queueEnd(story);
  }

  /** Whether a task is past the time in the queue of all tasks that have none of their own. */
  isOver({ story, submittedAt }: Task, now: number): boolean {
    return story?.hasOwnTtl !== true && submittedAt + this.settings.queuedTtlMs <= now;
  }

  /** Puts a task where it belongs after its state has changed. */
  update(story: Story): void {
    const dueAt = dueTimeOf(story);
    if (dueAt === story.dueAt) return;
    const wasIn = story.heapIndex >= 0;
    if (dueAt === Infinity) {
      if (wasIn) this.heap.remove(story);
      story.dueAt = dueAt;
      return;
    }
    story.dueAt = dueAt;
    if (wasIn) this.heap.update(story);
    else this.heap.add(story);
  }

  /** All that have something due, in no particular order. */
  [Symbol.iterator](): IterableIterator<Story> {
    return this.heap[Symbol.iterator]();
  }

  private queueEnd({ rules, task }: Story): number {
    return task.submittedAt + (rules?.delayMs ?? 0) + (rules?.queueTtlMs ?? this.settings.queuedTtlMs);
  }
}

/** Why a task that waits and is due expires: whichever of its times came first. */
export function expiryOf({ deadlineAt, queuedUntil }: Story): EndCause {
  return deadlineAt <= queuedUntil ? 'deadline' : 'queue-ttl';
}

/** When something is due for a task as it is now. */
export function dueTimeOf({ task, deadlineAt, queuedUntil }: Story): number {
  if (task.state === 'running') return task.cancelling ? Infinity : deadlineAt;
  return task.state === 'queued' || task.state === 'delayed' ? Math.min(deadlineAt, queuedUntil) : Infinity;
}
