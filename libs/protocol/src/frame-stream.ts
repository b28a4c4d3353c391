import { PenstockError } from './errors.js';
import { limits } from './limits.js';

const PREFIX_BYTES = 8;
/** `PIPE` in ASCII: a few bytes too many, or too few, are noticed at the next frame, and not taken for a long one. */
const MAGIC = 0x45_50_49_50;

/**
 * Puts messages of frames on a byte stream (a pipe) and takes them off again. Before each
 * frame there are a magic word and a u32 with the number of its bytes in the lower 31 bits and, in the top bit, whether a
 * second frame of the same message follows.
 */
export class FrameSplitter {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private needed = PREFIX_BYTES;
  private frames: Uint8Array[] = [];
  private prefix: { bytes: number; more: boolean } | undefined;

  /**
   * @param onMessage called with each whole message
   * @param maxFrameBytes a longer frame is a broken or hostile peer
   */
  constructor(
    private readonly onMessage: (frames: Uint8Array[]) => void,
    private readonly maxFrameBytes: number,
  ) {}

  /**
   * Takes the next bytes of the stream; they may be kept, so nobody may write to them again.
   *
   * @throws PenstockError `TOO_LARGE` (a frame) or `MALFORMED_FRAME` (too many frames, or none): the stream cannot be read on
   * @throws whatever `onMessage` throws; the stream goes on with the next message
   */
  push(chunk: Buffer): void {
    this.pending.push(chunk);
    this.pendingBytes += chunk.byteLength;
    while (this.pendingBytes >= this.needed) this.step();
  }

  private step(): void {
    const bytes = this.takeBytes(this.needed);
    if (this.prefix === undefined) {
      if (bytes.readUInt32LE(0) !== MAGIC)
        throw new PenstockError('MALFORMED_FRAME', 'the stream has bytes between its frames that are none');
      const word = bytes.readUInt32LE(4);
      this.prefix = { bytes: word & 0x7fff_ffff, more: word >>> 31 === 1 };
      if (this.prefix.bytes > this.maxFrameBytes) {
        throw new PenstockError(
          'TOO_LARGE',
          `a frame of ${this.prefix.bytes} bytes exceeds ${this.maxFrameBytes}`,
        );
      }
      if (this.prefix.more && this.frames.length + 1 >= limits.frames) {
        throw new PenstockError('MALFORMED_FRAME', `a message has at most ${limits.frames} frames`);
      }
      this.needed = this.prefix.bytes;
      return;
    }
    const { more } = this.prefix;
    this.prefix = undefined;
    this.needed = PREFIX_BYTES;
    this.frames.push(bytes);
    if (more) return;
    const { frames } = this;
    this.frames = [];
    this.onMessage(frames);
  }

  private takeBytes(count: number): Buffer {
    this.pendingBytes -= count;
    const first = this.pending[0];
    if (first !== undefined && first.byteLength >= count) {
      if (first.byteLength === count) this.pending.shift();
      else this.pending[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    const all = Buffer.concat(this.pending);
    this.pending = all.byteLength === count ? [] : [all.subarray(count)];
    return all.subarray(0, count);
  }
}

/** The prefix of each of a message's frames, followed by the frame: what {@link FrameSplitter} takes apart. */
export function frameChunks(frames: readonly Uint8Array[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  frames.forEach((frame, index) => {
    const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
    const more = index < frames.length - 1;
    prefix.writeUInt32LE(MAGIC, 0);
    prefix.writeUInt32LE((frame.byteLength | (more ? 0x8000_0000 : 0)) >>> 0, 4);
    chunks.push(prefix, frame);
  });
  return chunks;
}
