import { fdatasync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';

const sync = promisify(fdatasync);

/**
 * The least that can be done: bytes are appended to a file, then the file is synced. What is appended during a sync
 * waits for the next one, as in the journal.
 */
export class BareLog {
  private pending: Uint8Array[] = [];
  private syncing: Promise<void> | undefined;
  private gathering: Promise<void> | undefined;

  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<BareLog> {
    return new BareLog(await open(path, 'a'));
  }

  /** Resolves when the bytes are on the disk. */
  append(bytes: Uint8Array): Promise<void> {
    this.pending.push(bytes);
    this.gathering ??= this.write();
    return this.gathering;
  }

  async close(): Promise<void> {
    await this.syncing;
    await this.file.close();
  }

  private async write(): Promise<void> {
    await this.syncing;
    const { pending } = this;
    this.pending = [];
    this.gathering = undefined;
    this.syncing = (async () => {
      await this.file.writev(pending);
      await sync(this.file.fd);
    })();
    await this.syncing;
  }
}
