import { constants } from 'node:fs';
import { open, statfs, type FileHandle } from 'node:fs/promises';
import { isDiskFull, JournalError } from '../journal-error.js';

/** By how much the file grows. A multiple of every page size. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/**
 * Room for what makes room: outcomes, their drops, and what is written anew. It is many times what one group of these may
 * need, since LMDB takes new pages where it finds no free ones of the right size. A small disk has a quarter of it.
 */
const HEADROOM_BYTES = 32 * 1024 * 1024;
/** Where the disk, or what the file may have, leaves no more than so many times the headroom, that is taken beforehand. */
const TIGHT = 4;

/**
 * Bytes at the end of the data file that are on the disk already and that LMDB has not used yet. LMDB must never be the
 * one to find that the disk is full: a page that it cannot write makes it overwrite its own memory. So the file grows
 * here, by zeros that are really written, before LMDB is asked to write.
 */
export class Reserve {
  private readonly headroom: number;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private size: number,
    private readonly bytesMax: number,
    /** The disk when the file grew last. */
    private disk: Disk,
  ) {
    this.headroom = Math.min(HEADROOM_BYTES, bytesMax / 4, disk.bytes / 4);
  }

  static async open(path: string, bytesMax: number): Promise<Reserve> {
    const file = await open(path, constants.O_RDWR);
    const { size } = await file.stat();
    return new Reserve(path, file, size, bytesMax, await diskOf(path));
  }

  /**
   * Makes the file have `needed` bytes behind the first `used`, and where room is tight its headroom behind these, if there
   * is as much.
   *
   * @throws JournalError JOURNAL_FULL when it cannot have those that are needed
   */
  async ensure(used: number, needed: number): Promise<void> {
    const end = used + needed;
    if (end > this.bytesMax) {
      throw new JournalError(
        'JOURNAL_FULL',
        `The journal ${this.path} has ${this.size} bytes and would grow beyond the ${this.bytesMax} that it may have.`,
        { details: { file: this.path, bytes: this.size, bytesMax: this.bytesMax } },
      );
    }
    const isTight = this.mayGrow < TIGHT * this.headroom;
    const wanted = isTight ? end + this.headroom : end;
    if (wanted <= this.size) return;
    const chunks = Math.ceil((wanted - this.size) / CHUNK_BYTES);
    try {
      await this.growTo(Math.min(this.bytesMax, this.size + chunks * CHUNK_BYTES));
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      if (this.size >= end) return;
      throw new JournalError(
        'JOURNAL_FULL',
        `The disk of the journal ${this.path} is full: it needs ${end - this.size} more bytes.`,
        { details: { file: this.path, bytes: this.size, needed: end - this.size }, cause: error },
      );
    } finally {
      this.disk = await diskOf(this.path);
    }
  }

  /**
   * How many bytes may come that can as well be refused, behind the first `end`.
   *
   * @param loose bytes before these with nothing on them. Half of them counts: they are in pieces, and some of these are new
   */
  room(end: number, loose: number): number {
    const behind = this.size - end + this.mayGrow;
    if (behind < this.headroom / 2) return 0;
    return Math.max(0, behind - this.headroom + Math.max(0, loose - this.headroom / 2) / 2);
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private get mayGrow(): number {
    return Math.min(this.disk.left, this.bytesMax - this.size);
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

/** In bytes: all of it, and what a file may still take. */
interface Disk {
  readonly bytes: number;
  readonly left: number;
}

async function diskOf(path: string): Promise<Disk> {
  const { blocks, bavail, bsize } = await statfs(path);
  return { bytes: blocks * bsize, left: bavail * bsize };
}
