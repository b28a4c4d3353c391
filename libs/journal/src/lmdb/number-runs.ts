/** Rising numbers, as pairs of a number and how many follow each other from it on. */
export class NumberRuns {
  private readonly runs: number[] = [];
  private next = -1;

  add(number: number): void {
    if (number === this.next) this.runs[this.runs.length - 1] = (this.runs.at(-1) ?? 0) + 1;
    else this.runs.push(number, 1);
    this.next = number + 1;
  }

  /** As they are sent to another process. */
  packed(): Float64Array {
    return Float64Array.from(this.runs);
  }
}

/** The numbers that {@link NumberRuns} has packed. */
export function* unpackRuns(packed: Float64Array): Generator<number> {
  for (let at = 0; at < packed.length; at += 2) {
    const first = packed[at] ?? 0;
    const count = packed[at + 1] ?? 0;
    for (let number = first; number < first + count; number++) yield number;
  }
}
