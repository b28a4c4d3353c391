/** Shows how far something is. */
export interface Progress {
  /** One more step is done. */
  advance(): void;
  /** It is over, complete or not. */
  end(): void;
}
