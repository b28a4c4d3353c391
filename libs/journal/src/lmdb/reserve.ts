import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { isDiskFull, JournalError } from '../journal-error.js';

/** By how much the file grows. A multiple of every page size. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Bytes at the end of the data file that are on the disk already and that LMDB has not used yet. LMDB must never be the
 * one to find that the disk is full: a page that it cannot write makes it overwrite its own memory. So the file grows
 * here, by zeros that are really written, before LMDB is asked to write.
 */
export class Reserve {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private size: number,
    private readonly bytesMax: number,
  ) {}

  static async open(path: string, bytesMax: number): Promise<Reserve> {
    const file = await open(path, constants.O_RDWR);
    const { size } = await file.stat();
    return new Reserve(path, file, size, bytesMax);
  }

  /**
   * Makes the file have `needed` bytes behind the first `used`.
   *
   * @throws JournalError JOURNAL_FULL
   */
  async ensure(used: number, needed: number): Promise<void> {
    const end = used + needed;
    if (end <= this.size) return;
    if (end > this.bytesMax) {
      throw new JournalError(
        'JOURNAL_FULL',
        `The journal ${this.path} has ${this.size} bytes and would grow beyond the ${this.bytesMax} that it may have.`,
        { details: { file: this.path, bytes: this.size, bytesMax: this.bytesMax } },
      );
    }
    const roomy = Math.min(
      this.bytesMax,
      this.size + Math.ceil((end - this.size) / CHUNK_BYTES) * CHUNK_BYTES,
    );
    try {
      await this.growTo(roomy);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      if (this.size >= end) return;
      throw new JournalError(
        'JOURNAL_FULL',
        `The disk of the journal ${this.path} is full: it needs ${end - this.size} more bytes.`,
        { details: { file: this.path, bytes: this.size, needed: end - this.size }, cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async growTo(size: number): Promise<void> {
    while (this.size < size) {
      const { bytesWritten } = await this.file.write(
        ZEROS,
        0,
        Math.min(ZEROS.byteLength, size - this.size),
        this.size,
      );
      this.size += bytesWritten;
    }
  }
}

const ZEROS = Buffer.alloc(256 * 1024);
