import type { BatchReader } from '@penstock/protocol';
import { EntryBytes, type EntryCursor } from './entry-bytes.js';

/** Writes a batch's frames as they came: their lengths, `frame u32 · payload frame u32` (0 = none), then the frames. */
export class BatchFrames {
  private readonly lengths = new EntryBytes();

  /** The parts, until they are asked for again. */
  partsOf({ frame, payloadFrame }: Pick<BatchReader, 'frame' | 'payloadFrame'>): readonly Uint8Array[] {
    const isDetached = payloadFrame !== frame;
    this.lengths.u32(frame.byteLength);
    this.lengths.u32(isDetached ? payloadFrame.byteLength : 0);
    const lengths = this.lengths.take();
    return isDetached ? [lengths, frame, payloadFrame] : [lengths, frame];
  }
}

/** Reads what {@link BatchFrames} wrote; the frames are views of the entry. */
export function readFrames(cursor: EntryCursor): readonly Uint8Array[] {
  const frameBytes = cursor.u32();
  const payloadBytes = cursor.u32();
  const frame = cursor.take(frameBytes);
  return payloadBytes === 0 ? [frame] : [frame, cursor.take(payloadBytes)];
}
