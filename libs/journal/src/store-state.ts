/** What a store knows of itself, written with every group. */
export interface StoreState {
  /** Times it was opened. */
  readonly epoch: number;
  /** The number that the next entry gets. */
  readonly next: number;
  /** Entries that live. */
  readonly entries: number;
  /** Of their numbers; see RollCall. */
  readonly digest: readonly [number, number];
}

/** Of a store that nobody has opened yet. */
export const unopenedState: StoreState = { epoch: 0, next: 1, entries: 0, digest: [0, 0] };
