import type { Task } from '../task.js';
import type { WorkerClass } from '../workers/worker-class.js';
import { Lane } from './lane.js';
import { Segment } from './segment.js';
import type { TaskName } from './task-name.js';

/**
 * All lanes: for each name one per segment of priorities. Segments are cut where the bands of the announced worker
 * classes begin and end, and joined again when the last class with that edge has gone.
 */
export class Lanes {
  private readonly segments: Segment[] = [new Segment(-Infinity, Infinity)];
  /** How many classes have an edge at this priority. */
  private readonly edges = new Map<number, number>();
  private readonly classes = new Set<WorkerClass>();

  /** @param onReady told when a lane that was empty has something for a class */
  constructor(private readonly onReady: (workerClass: WorkerClass) => void) {}

  /** Lanes in existence. */
  get laneCount(): number {
    return this.segments.reduce((sum, { lanes }) => sum + lanes.size, 0);
  }

  add(task: Task): void {
    const lane = this.laneOf(task.name, task.priority);
    const wasEmpty = lane.isEmpty;
    lane.add(task);
    if (wasEmpty) this.announce(lane);
  }

  remove(task: Task): void {
    const queue = task.bucket?.queue;
    queue?.lane.remove(task, queue);
  }

  /** Lets a new class read: cuts segments at its edges and shows it its lanes. */
  addClass(workerClass: WorkerClass): void {
    for (const edge of edgesOf(workerClass)) {
      const users = this.edges.get(edge) ?? 0;
      this.edges.set(edge, users + 1);
      if (users === 0) this.cut(edge);
    }
    this.classes.add(workerClass);
    for (const lane of this) {
      if (workerClass.reads(lane.name, lane.segment)) this.connect(lane, workerClass);
    }
  }

  /** Forgets a class; edges that no other class has are no edges any more. */
  removeClass(workerClass: WorkerClass): void {
    this.classes.delete(workerClass);
    for (const lane of this) {
      const index = lane.readers.indexOf(workerClass);
      if (index >= 0) lane.readers.splice(index, 1);
    }
    for (const edge of edgesOf(workerClass)) {
      const users = (this.edges.get(edge) ?? 1) - 1;
      if (users > 0) this.edges.set(edge, users);
      else {
        this.edges.delete(edge);
        this.join(edge);
      }
    }
  }

  /** Forgets the empty lanes of a name that is no longer in use. */
  dropName(name: TaskName): void {
    for (const segment of this.segments) this.dropLane(segment, name);
  }

  *[Symbol.iterator](): Generator<Lane> {
    for (const segment of this.segments) yield* segment.lanes.values();
  }

  private laneOf(name: TaskName, priority: number): Lane {
    const segment = this.segmentOf(priority);
    return segment.lanes.get(name) ?? this.createLane(name, segment);
  }

  private createLane(name: TaskName, segment: Segment): Lane {
    const lane = new Lane(name, segment);
    segment.lanes.set(name, lane);
    for (const workerClass of this.classes) {
      if (workerClass.reads(name, segment)) lane.readers.push(workerClass);
    }
    return lane;
  }

  private connect(lane: Lane, workerClass: WorkerClass): void {
    lane.readers.push(workerClass);
    if (lane.isEmpty) return;
    workerClass.onReady(lane);
    this.onReady(workerClass);
  }

  private announce(lane: Lane): void {
    for (const reader of lane.readers) {
      reader.onReady(lane);
      this.onReady(reader);
    }
  }

  private segmentOf(priority: number): Segment {
    return this.segments[this.indexOf(priority)] as Segment;
  }

  /** Index of the segment in which `priority` lies: the last one whose low bound is not above it. */
  private indexOf(priority: number): number {
    const { segments } = this;
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((segments[middle] as Segment).low <= priority) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private cut(edge: number): void {
    const index = this.indexOf(edge);
    const lower = this.segments[index] as Segment;
    const upper = new Segment(edge, lower.high);
    lower.high = edge;
    this.segments.splice(index + 1, 0, upper);
    for (const lane of lower.lanes.values()) {
      if (!lane.isEmpty) this.moveUp(lane, edge, upper);
    }
  }

  private moveUp(lane: Lane, edge: number, upper: Segment): void {
    const target = this.createLane(lane.name, upper);
    lane.moveFrom(edge, target);
    if (!target.isEmpty) this.announce(target);
  }

  private join(edge: number): void {
    const index = this.indexOf(edge);
    const upper = this.segments[index] as Segment;
    const lower = this.segments[index - 1] as Segment;
    lower.high = upper.high;
    this.segments.splice(index, 1);
    for (const lane of upper.lanes.values()) {
      const target = lower.lanes.get(lane.name) ?? this.createLane(lane.name, lower);
      lane.moveFrom(-Infinity, target);
      if (!target.isEmpty) this.announce(target);
      for (const reader of lane.readers) reader.onDropped(lane);
    }
  }

  private dropLane(segment: Segment, name: TaskName): void {
    const lane = segment.lanes.get(name);
    if (lane === undefined) return;
    segment.lanes.delete(name);
    for (const reader of lane.readers) reader.onDropped(lane);
  }
}

/** Where a class's band begins and ends; a side without bound has no edge. */
function edgesOf({ from, until }: WorkerClass): number[] {
  return [from, until].filter(Number.isFinite);
}
