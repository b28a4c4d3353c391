import { PenstockError } from '@penstock/protocol';

/** When to say that tasks wait for a balancer that does not answer. */
const WARN_AFTER_MS = 5_000;

/** What an {@link Outage} does when its time has come. */
export interface OutageActions {
  warn(warning: PenstockError): void;
  fail(error: PenstockError): void;
}

/** The time for which tasks have waited without a connection: plain figures, no timer. All times monotonic. */
export class Outage {
  private since: number | undefined;
  private isTold = false;
  private refusal: PenstockError | undefined;

  /**
   * @param timeoutMs after so long the tasks fail; `Infinity` = they wait on
   */
  constructor(
    private readonly endpoint: string,
    private readonly timeoutMs: number,
    private readonly actions: OutageActions,
  ) {}

  /** Tasks wait from now on, if they do not already. */
  begin(now: number): void {
    this.since ??= now;
  }

  /** A balancer is there, but did not welcome us. */
  onRefused(refusal: PenstockError): void {
    this.refusal = refusal;
  }

  /** The connection is there. */
  end(): void {
    this.since = undefined;
    this.isTold = false;
    this.refusal = undefined;
  }

  get nextDeadline(): number {
    if (this.since === undefined) return Infinity;
    return this.since + (this.isTold ? this.timeoutMs : Math.min(this.timeoutMs, WARN_AFTER_MS));
  }

  /** Does what is due. @param tasks how many tasks wait */
  tick(now: number, tasks: number): void {
    const { since, timeoutMs, actions } = this;
    if (since === undefined || now < this.nextDeadline) return;
    if (now >= since + timeoutMs) {
      this.since = undefined;
      actions.fail(this.unreachable(now - since, 'whatever was handed in before may still run'));
    } else {
      this.isTold = true;
      actions.warn(this.unreachable(now - since, `${tasks} tasks wait for one`));
    }
  }

  private unreachable(ms: number, consequence: string): PenstockError {
    const { endpoint, refusal } = this;
    const help =
      refusal === undefined
        ? 'npm start in the Penstock checkout starts one here; host, port or endpoint of the TaskClient say where it is'
        : `its last answer was: ${refusal.message}`;
    return new PenstockError(
      'CONNECTION_LOST',
      `no balancer has welcomed this client at ${endpoint} for ${(ms / 1_000).toFixed(1)} s; ${consequence}. ${help}`,
      { details: { endpoint }, cause: refusal },
    );
  }
}
