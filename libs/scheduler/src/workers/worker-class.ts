import { IndexedHeap } from '../queue/indexed-heap.js';
import type { Lane } from '../queue/lane.js';
import type { Segment } from '../queue/segment.js';
import type { TaskName } from '../queue/task-name.js';
import type { Task } from '../task.js';
import type { Group } from './group.js';

/**
 * All groups, of any hub, with the same band and the same task names. They read the same lanes, so the work of finding
 * a task is done once for all of them, and a thousand equal hubs cost no more than one.
 */
export class WorkerClass {
  /** Groups that have credit left. */
  readonly withCredit = new IndexedHeap<Group>((a, b) => a.goesBefore(b));
  /** Groups of this class. */
  groupCount = 0;
  /** Whether the next dispatch has to look at this class. */
  isActive = false;
  /** Lanes that may have something; those that ran empty are dropped when the next pick meets them. */
  private readonly ready: Lane[] = [];

  constructor(
    /** Identity of the class: its band and names. */
    readonly key: string,
    /** First priority that it takes; -Infinity = no bound. */
    readonly from: number,
    /** First priority above those that it takes; Infinity = no bound. */
    readonly until: number,
    readonly names: ReadonlySet<TaskName>,
  ) {}

  /** Whether these workers take what waits under `name` in `segment`. */
  reads(name: TaskName, segment: Segment): boolean {
    return this.takes(segment.low) && this.names.has(name);
  }

  /** Whether `priority` lies in the band. */
  takes(priority: number): boolean {
    return this.from <= priority && priority < this.until;
  }

  /** Notes that one of its lanes has something to take. */
  onReady(lane: Lane): void {
    if (!this.ready.includes(lane)) this.ready.push(lane);
  }

  /** Forgets a lane that is no more. */
  onDropped(lane: Lane): void {
    const index = this.ready.indexOf(lane);
    if (index >= 0) this.dropReady(index);
  }

  /**
   * The task that goes next: of all users with something in these lanes the one whose turn it is, and of what that
   * user has in them the highest priority, then the oldest. Looks at each ready lane once and at no other task.
   */
  pick(): Task | undefined {
    const { ready } = this;
    let best: Lane['first'];
    for (let index = ready.length - 1; index >= 0; index--) {
      const first = (ready[index] as Lane).first;
      if (first === undefined) this.dropReady(index);
      else if (best === undefined || first.user.goesBefore(best.user)) best = first;
    }
    if (best === undefined) return undefined;
    const { queues } = best.user;
    let task = best.first;
    if (queues.length === 1 || task === undefined) return task;
    for (const queue of queues) {
      const candidate = queue.first;
      if (candidate === undefined || queue === best || !queue.lane.readers.includes(this)) continue;
      if (
        candidate.priority > task.priority ||
        (candidate.priority === task.priority && candidate.order < task.order)
      ) {
        task = candidate;
      }
    }
    return task;
  }

  private dropReady(index: number): void {
    const last = this.ready.pop() as Lane;
    if (index < this.ready.length) this.ready[index] = last;
  }
}
