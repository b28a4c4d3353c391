/** Something whose cost is measured over and over. */
export interface Subject<Sample> {
  measure(): Sample;
}

/**
 * Measures all subjects in turn, round after round (A B C, A B C, …), so that a machine that becomes slower or faster
 * meanwhile does so for all of them. The round before the first one warms up and is dropped.
 *
 * @returns the samples of each subject
 */
export function interleave<Sample>(subjects: readonly Subject<Sample>[], rounds: number): Sample[][] {
  for (const subject of subjects) subject.measure();
  const samples: Sample[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round++) {
    subjects.forEach((subject, index) => samples[index]?.push(subject.measure()));
  }
  return samples;
}

/** Middle, least and greatest of some numbers, at least one. */
export function spread(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** The value below which so large a share of some numbers is, at least one of them; `share` 0.99 is the 99th percentile. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
