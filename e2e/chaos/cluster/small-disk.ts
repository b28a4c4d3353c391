import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As much as an hour's tasks take, which are kept for a quarter of it, those with a key for all of it. */
const SIZE = '1g';
const CHUNK = Buffer.alloc(256 * 1024);

/** A folder for the journal: on a small disk of its own, which can be filled, or wherever temporary files are. */
export class JournalDisk {
  isFull = false;

  private constructor(
    readonly folder: string,
    /** Whether it can be filled. */
    readonly isSmall: boolean,
  ) {}

  /** @param small whether it is to be a disk that can be filled, which root alone can mount */
  static make(small: boolean): JournalDisk {
    const folder = mkdtempSync(join(tmpdir(), 'penstock-chaos-data-'));
    const isSmall = small && process.getuid?.() === 0 && mount(folder);
    return new JournalDisk(folder, isSmall);
  }

  /** Nothing fits on it any more. */
  fill(): void {
    this.isFull = true;
    const file = openSync(this.filler, 'a');
    try {
      // The last bytes as well: what does not fit as a whole is tried in halves.
      for (let size = CHUNK.byteLength; size >= 1;) if (!append(file, size)) size = Math.floor(size / 2);
    } finally {
      closeSync(file);
    }
  }

  /** There is room again. */
  free(): void {
    rmSync(this.filler, { force: true });
    this.isFull = false;
  }

  remove(): void {
    if (this.isSmall) execFileSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get filler(): string {
    return join(this.folder, 'filler');
  }
}

function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // In a container without the right to mount.
  }
}

/** False = there is no room for so many bytes. */
function append(file: number, size: number): boolean {
  try {
    return writeSync(file, CHUNK, 0, size) === size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
