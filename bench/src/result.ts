/** One case of a benchmark: a line of its JSON, a row of its table. */
export interface Result {
  /** What distinguishes it from the other cases, e.g. `queued=1000`. */
  readonly case: string;
  /** Of `median`, `min` and `max`. */
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Of the median to that of the case which the benchmark compares with; machines differ, ratios less so. */
  readonly ratio: number;
  /** Measurements that the median is of. */
  readonly runs: number;
  /** What else a reader needs to judge it: sizes, batches, further figures. */
  readonly details: Readonly<Record<string, number | string>>;
}

/** A benchmark yields each case as soon as it is known. */
export type Benchmark = () => Iterable<Result> | AsyncIterable<Result>;
