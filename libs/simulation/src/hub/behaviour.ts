/** What a task's handler does: the payload says it. */
export interface Behaviour {
  /**
   * `ok` returns, `fail` throws, `crash` kills its worker, `hang` never ends unless it is aborted, `deaf` not even then.
   */
  readonly kind: 'ok' | 'fail' | 'crash' | 'hang' | 'deaf';
  /** How long it takes to do so. */
  readonly ms: number;
}

/** What a handler returns, or tells in its error: which run it was. */
export interface RunValue {
  readonly run: number;
}
