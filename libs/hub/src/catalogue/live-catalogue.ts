import { describeSource, type TaskSource } from '@penstock/worker/host';
import type { HubLog } from '../hub-log.js';
import type { Hub } from '../hub.js';
import type { Catalogue } from './catalogue.js';
import { describeChanges } from './catalogue.js';
import { FolderWatch } from './folder-watch.js';
import { scoutFolder } from './scout.js';

/** The hub's tasks: loaded at the start, and anew when told to or when their folder changes. */
export class LiveCatalogue {
  private catalogue: Catalogue = { tasks: [], broken: [] };
  private readonly closing = new AbortController();
  private reloading: Promise<void> | undefined;
  private isAskedAgain = false;
  private watch: FolderWatch | undefined;

  /** @param onChanged the hub's groups run other tasks than before */
  constructor(
    private readonly hub: Hub,
    private readonly source: TaskSource,
    private readonly log: HubLog,
    private readonly onChanged: () => void,
  ) {}

  /**
   * Finds out which tasks there are, and starts the workers.
   *
   * @param watch whether to load them anew when something changes in their folder
   * @throws ScoutError
   */
  async open(watch: boolean): Promise<void> {
    this.catalogue = await this.scout();
    this.log.tasks(this.catalogue, describeSource(this.source));
    if (this.closing.signal.aborted) return;
    this.hub.open(this.catalogue);
    if (watch && 'folder' in this.source) this.startWatch(this.source.folder);
  }

  /** Loads the tasks anew. Asked for again meanwhile, it does so once more afterwards. */
  async reload(): Promise<void> {
    if (this.reloading !== undefined) this.isAskedAgain = true;
    else this.reloading = this.reloadAsAsked();
    return this.reloading;
  }

  close(): void {
    this.closing.abort();
    this.watch?.close();
  }

  private async reloadAsAsked(): Promise<void> {
    do {
      this.isAskedAgain = false;
      try {
        await this.reloadOnce();
      } catch (error) {
        this.log.reloadFailed(error instanceof Error ? error.message : String(error));
      }
    } while (this.isAskedAgain && !this.closing.signal.aborted);
    this.reloading = undefined;
  }

  private async reloadOnce(): Promise<void> {
    const before = this.catalogue;
    const after = await this.scout();
    if (this.closing.signal.aborted) return;
    this.catalogue = after;
    this.hub.setCatalogue(after);
    await this.hub.workforce.replaceAll(after, () => {
      this.log.reloaded(describeChanges(before, after), after.broken);
      this.onChanged();
    });
  }

  private async scout(): Promise<Catalogue> {
    return scoutFolder(this.hub.workforce.scoutOptions(), this.closing.signal);
  }

  private startWatch(folder: string): void {
    try {
      this.watch = new FolderWatch(
        folder,
        () => void this.reload(),
        (error) => this.log.warning(`THE TASK FOLDER CANNOT BE WATCHED ANY MORE: ${error.message}`),
      );
    } catch (error) {
      this.log.warning(`THE TASK FOLDER CANNOT BE WATCHED: ${(error as Error).message}`);
    }
  }
}
