/** A worker that lived for so long is sound: its death is no reason to wait. */
const SOUND_MS = 10_000;
const FIRST_MS = 100;
const MAX_MS = 5_000;

/** How long a seat stays empty after its worker died: first not at all, then ever longer. */
export class RespawnDelay {
  private deaths = 0;

  /** @param livedMs how long the worker that died had lived */
  next(livedMs: number): number {
    if (livedMs >= SOUND_MS) this.deaths = 0;
    const delayMs = this.deaths === 0 ? 0 : Math.min(MAX_MS, FIRST_MS * 2 ** (this.deaths - 1));
    this.deaths += 1;
    return delayMs;
  }
}
