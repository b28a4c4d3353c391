/** How often a worker's process is asked for a sign of life. */
export const PULSE_MS = 1_000;
/** Unanswered signs after which a worker shows as silent, ... */
const SILENT_AFTER = 3;
/** ... and after which its process counts as dead. */
const DEAD_AFTER = 10;

/**
 * Whether a worker's process answers: it may be stopped, or stuck in the kernel, without having ended. Its second thread
 * answers, whatever its handler does. Signs are counted and not timed: when the hub itself was stopped, or its machine
 * asleep, no sign was given and none is missing.
 */
export class Pulse {
  private missed = 0;

  /** A sign was asked for. @returns false when so many were not answered that the process counts as dead */
  beat(): boolean {
    this.missed += 1;
    return this.missed <= DEAD_AFTER;
  }

  /** A sign came. */
  onAnswer(): void {
    this.missed = 0;
  }

  /** How long nothing was heard, in milliseconds: 0 while answers keep coming. */
  get silentMs(): number {
    return this.missed < SILENT_AFTER ? 0 : this.missed * PULSE_MS;
  }
}
