import { describeSource } from '@penstock/worker/host';
import type { HubLog } from '../hub-log.js';
import type { HubSettings } from '../hub-settings.js';
import type { Hub } from '../hub.js';
import type { Catalogue } from './catalogue.js';
import { describeChanges } from './catalogue.js';
import { FolderWatch } from './folder-watch.js';
import { requireFiles, survey } from './survey.js';

/** The hub's tasks: loaded at the start, and anew when told to or when their folder changes. */
export class LiveCatalogue {
  private catalogue: Catalogue = { tasks: [], broken: [] };
  private readonly closing = new AbortController();
  private reloading: Promise<void> | undefined;
  private isAskedAgain = false;
  private watch: FolderWatch | undefined;

  /** @param onChanged the hub's groups, or the tasks that they run, are others than before */
  constructor(
    private readonly hub: Hub,
    private readonly settings: Pick<HubSettings, 'groups' | 'workers'>,
    private readonly log: HubLog,
    private readonly onChanged: () => void,
  ) {}

  /**
   * Finds out which tasks there are, and starts the workers.
   *
   * @param watch whether to load them anew when something changes in their folder
   * @throws ScoutError, IsolationError when files cannot be isolated as they must be
   */
  async open(watch: boolean): Promise<void> {
    const { source, imposed } = this.settings.workers;
    if ('folder' in source && imposed !== undefined) await requireFiles(source.folder, imposed);
    this.catalogue = await this.survey();
    this.log.tasks(this.catalogue, describeSource(source));
    this.warnOfSharedNetwork();
    if (this.closing.signal.aborted) return;
    this.hub.open(this.catalogue);
    if (watch && 'folder' in source) this.startWatch(source.folder);
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
    const after = await this.survey();
    if (this.closing.signal.aborted) return;
    this.catalogue = after;
    this.hub.setCatalogue(after);
    await this.hub.workforce.replaceAll(() => {
      this.log.reloaded(describeChanges(before, after), after.broken);
      this.onChanged();
    });
  }

  private async survey(): Promise<Catalogue> {
    const { groups, workers } = this.settings;
    const { workforce } = this.hub;
    return survey({
      plans: groups,
      source: workers.source,
      imposed: workers.imposed ?? { network: [], files: [] },
      optionsOf: (isolation, files) => workforce.scoutOptions(isolation, files),
      signal: this.closing.signal,
    });
  }

  private warnOfSharedNetwork(): void {
    const isShared = this.catalogue.tasks.some(
      ({ isolation, file }) =>
        isolation.network === 'none' &&
        this.hub.workforce.scoutOptions(isolation, [file]).shape.launcher.length === 0,
    );
    if (isShared) {
      this.log.warning(
        `TASKS WITHOUT A NETWORK HAVE THAT OF THIS HUB, AS WKHUB_NETNS=false SAYS: SEE THAT IT LEADS NOWHERE`,
      );
    }
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
