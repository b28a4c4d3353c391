import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const started = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of started) await kill(child);
  started.clear();
});

/** A process that takes the journal in a folder when it is told to. */
export class OwnerProcess {
  private constructor(readonly process: ChildProcess) {}

  static async start(folder: string): Promise<OwnerProcess> {
    const child = fork(fileURLToPath(new URL('owner.mjs', import.meta.url)), [folder], { execArgv: [] });
    started.add(child);
    await once(child, 'message');
    return new OwnerProcess(child);
  }

  /** The epoch that it opened, or why it did not. */
  async take(): Promise<{ readonly epoch?: number; readonly code?: string; readonly pid?: number }> {
    const answer = once(this.process, 'message');
    this.process.send('take');
    const [result] = (await answer) as [{ epoch?: number; code?: string; pid?: number }];
    return result;
  }
}

/** What a writer says, line by line: what is in a group that it commits now, and what became of it. */
export type WriterLine =
  | { readonly group: number; readonly appended: readonly number[]; readonly dropped: readonly number[] }
  | { readonly committed: number }
  | { readonly refused: number; readonly code: string };

/** How a writer is limited. */
export interface WriterOptions {
  /** What a file of it may have at most, in units of 1,024 bytes. */
  readonly fileKilobytes?: number;
  /** Older groups are dropped. */
  readonly groupsKept?: number;
}

/** A process that writes groups to the journal in a folder. */
export class WriterProcess {
  private constructor(
    readonly process: ChildProcess,
    private readonly lines: AsyncIterable<string>,
    private readonly ended: Promise<unknown>,
  ) {}

  /** @param bytes that entries have at most */
  static start(
    folder: string,
    bytes: number,
    { fileKilobytes, groupsKept }: WriterOptions = {},
  ): WriterProcess {
    const script = fileURLToPath(new URL('writer.mjs', import.meta.url));
    const limit = fileKilobytes === undefined ? '' : `ulimit -f ${fileKilobytes}; `;
    const words = [
      process.execPath,
      script,
      folder,
      String(bytes),
      ...(groupsKept === undefined ? [] : [`${groupsKept}`]),
    ];
    const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.add(child);
    return new WriterProcess(child, createInterface({ input: child.stdout }), once(child, 'exit'));
  }

  /** Calls back with each line, until the process has ended or been killed and all that it said was heard. */
  async eachLine(onLine: (line: WriterLine) => void): Promise<void> {
    for await (const line of this.lines) onLine(JSON.parse(line) as WriterLine);
    await this.ended;
  }
}

/** SIGKILL, and waits until the process is gone; harmless when it is. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
