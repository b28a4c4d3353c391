/**
 * The way between a hub and one of its workers, the same to both ends: packed batches for tasks and their outcomes,
 * control messages for the rest.
 */
export interface Link {
  /** Sends a message's frames; they must not be written again. */
  send(frames: readonly Uint8Array[]): void;
}

/** What comes in on a {@link Link}: a message's frames. */
export type OnFrames = (frames: Uint8Array[]) => void;
