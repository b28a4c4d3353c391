/** What is known of a group is what its latest attempts were; so many of them count. */
const RECENT = 64;
/** A name's mean moves by this share of the difference with each run. */
const WEIGHT = 1 / 8;

/**
 * How many tasks a group may hold ahead for each of its slots: as many as are worth `prefetchMs` of work, if its
 * latest attempts were all of names that were measured to be short, and none otherwise.
 */
export class Pace {
  private readonly meanMs = new Map<string, number>();
  private readonly recent: string[] = [];
  private at = 0;
  private known: number | undefined;
  private isStuck = false;

  private most = 0;

  /** @param prefetchMs work to keep ahead of each slot; 0 = none */
  constructor(private readonly prefetchMs: number) {}

  /** Bound of {@link ahead}; 0 until it is set. */
  set aheadMax(most: number) {
    this.most = most;
    this.known = undefined;
  }

  /** Tasks to hold ahead for each slot. */
  get ahead(): number {
    return this.isStuck ? 0 : (this.known ??= this.computed());
  }

  /** An attempt of this name came in. */
  onDispatch(name: string): void {
    this.recent[this.at] = name;
    this.at = (this.at + 1) % RECENT;
    this.known = undefined;
  }

  /** An attempt of this name ran for so long. */
  onRun(name: string, runMs: number): void {
    const mean = this.meanMs.get(name);
    this.meanMs.set(name, mean === undefined ? runMs : mean + (runMs - mean) * WEIGHT);
    this.known = undefined;
    this.isStuck = false;
  }

  /** What was held ahead had to be given back: nothing more is, until a task has ended. */
  onStuck(): void {
    this.isStuck = true;
  }

  /** A worker died: until these names are measured anew they go one at a time, so that it is plain who kills workers. */
  onWorkerLost(): void {
    for (const name of this.recent) this.meanMs.delete(name);
    this.known = 0;
  }

  /** Names that exist no more are forgotten. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.meanMs.keys()) if (!names.has(name)) this.meanMs.delete(name);
  }

  private computed(): number {
    let longestMs = 0;
    for (const name of this.recent) longestMs = Math.max(longestMs, this.meanMs.get(name) ?? Infinity);
    if (this.recent.length === 0 || longestMs > this.prefetchMs || this.prefetchMs === 0) return 0;
    return Math.min(this.most, Math.floor(this.prefetchMs / Math.max(longestMs, 0.001)));
  }
}
