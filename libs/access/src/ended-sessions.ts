import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { endedSessionsFile } from './tokens-folder.js';
import { WatchedFile } from './watched-file.js';

const fileSchema = z.record(z.string(), z.number());

/**
 * Sessions that were ended before their time, by id, with when that would have been. They are in a file, so that they
 * stay ended for the other programs and after a restart.
 */
export class EndedSessions {
  private readonly own = new Map<string, number>();
  private readonly file: WatchedFile<ReadonlyMap<string, number>> | undefined;

  /** @param folder none: they are known here alone */
  constructor(
    folder: string | undefined,
    private readonly onProblem: (problem: string) => void,
    onChanged: () => void,
  ) {
    if (folder === undefined) return;
    this.file = new WatchedFile(join(folder, endedSessionsFile), parse, onProblem, onChanged);
  }

  has(id: string): boolean {
    return this.own.has(id) || this.file?.current.has(id) === true;
  }

  add(id: string, expiresAt: number, now: number): void {
    this.own.set(id, expiresAt);
    const all = new Map([...(this.file?.current ?? []), ...this.own]);
    for (const [each, until] of all) if (until <= now) all.delete(each);
    for (const each of this.own.keys()) if (!all.has(each)) this.own.delete(each);
    if (this.file !== undefined) this.write(this.file.path, all);
  }

  close(): void {
    this.file?.close();
  }

  private write(path: string, all: ReadonlyMap<string, number>): void {
    try {
      writeFileSync(`${path}.next`, `${JSON.stringify(Object.fromEntries(all))}\n`, { mode: 0o600 });
      renameSync(`${path}.next`, path);
    } catch (error) {
      this.onProblem(`the end of a session is known to this program alone: ${(error as Error).message}`);
    }
  }
}

function parse(text: string | undefined): ReadonlyMap<string, number> {
  return new Map(text === undefined ? [] : Object.entries(fileSchema.parse(JSON.parse(text))));
}
