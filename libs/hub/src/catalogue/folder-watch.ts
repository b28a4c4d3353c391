import { watch, type FSWatcher } from 'node:fs';

/** An editor writes a file in several steps: what follows within this time is one change. */
const SETTLE_MS = 200;

/** Watches the folder of task files. */
export class FolderWatch {
  private readonly watcher: FSWatcher;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param onChange called once a change has settled
   * @param onError called when the folder can be watched no longer
   * @throws when the folder cannot be watched
   */
  constructor(folder: string, onChange: () => void, onError: (error: Error) => void) {
    this.watcher = watch(folder, { persistent: false }, () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(onChange, SETTLE_MS);
    });
    this.watcher.on('error', onError);
  }

  close(): void {
    clearTimeout(this.timer);
    this.watcher.close();
  }
}
