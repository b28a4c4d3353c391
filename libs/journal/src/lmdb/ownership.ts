import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, constants } from 'node:fs';
import { link, readdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { JournalError } from '../journal-error.js';

/** What `sockaddr_un` takes on every system, without its closing zero. */
const SOCKET_PATH_BYTES_MAX = 103;
/** How long an owner that is alive may take to say who it is. */
const ANSWER_MS = 1_000;
/** Starters that meet at the same moment try again; each round has a winner. */
const ROUNDS_MAX = 100;

const OWNER = /^owner-(\d+)\.sock$/;
const CLAIM = /^claim-.+\.sock$/;

/**
 * The one process that has a journal listens on a unix socket in its folder, `owner-<n>.sock` with the highest n. A
 * socket that refuses is left over from a process that died.
 *
 * A starter that finds only left-overs makes a socket that already listens appear under the next number, by a hard link:
 * of several starters one can. The highest number is never removed but by an owner with a higher one, so a starter that
 * was asleep since it looked sees, when it looks again, that it came late.
 */
export class Ownership {
  private constructor(
    private readonly server: Server,
    private readonly directory: Directory,
  ) {}

  /**
   * Takes the folder, which exists.
   *
   * @throws JournalError JOURNAL_IN_USE when a process that lives has it
   */
  static async take(folder: string): Promise<Ownership> {
    const directory = new Directory(folder);
    const claim = `claim-${randomUUID()}.sock`;
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(JSON.stringify({ pid: process.pid, host: hostname() }));
    });
    try {
      server.listen(directory.socketPath(claim));
      await once(server, 'listening');
      server.unref();
      await win(directory, claim);
      return new Ownership(server, directory);
    } catch (error) {
      server.close();
      directory.close();
      throw error;
    } finally {
      await unlink(join(folder, claim)).catch(() => undefined);
    }
  }

  /** Lets go of the folder. The socket stays behind and refuses. */
  async release(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
    this.directory.close();
  }
}

async function win(directory: Directory, claim: string): Promise<void> {
  const { folder } = directory;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const highest = await highestOwner(folder);
    if (highest > 0) await mustBeDead(directory, highest);
    const mine = highest + 1;
    try {
      await link(join(folder, claim), join(folder, ownerName(mine)));
    } catch (error) {
      // Somebody was faster, or has just taken our claim for a left-over: that one is the owner now.
      if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') continue;
      throw error;
    }
    if ((await highestOwner(folder)) === mine) {
      await removeLeftOvers(directory, mine);
      return;
    }
    await unlink(join(folder, ownerName(mine)));
  }
  throw new JournalError('JOURNAL_IN_USE', `Other processes keep taking the journal in ${folder}.`, {
    details: { folder },
  });
}

/** @throws JournalError JOURNAL_IN_USE when somebody listens */
async function mustBeDead(directory: Directory, number: number): Promise<void> {
  const socket = connect(directory.socketPath(ownerName(number)));
  try {
    await once(socket, 'connect');
  } catch (error) {
    socket.destroy();
    const code = codeOf(error);
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return;
    // Its queue of connections is full, or it may not be asked: in either case there is somebody.
    if (code !== 'EAGAIN' && code !== 'EACCES') throw error;
  }
  const { folder } = directory;
  const owner = await answerOf(socket);
  throw new JournalError(
    'JOURNAL_IN_USE',
    `The journal in ${folder} is in use by ${owner === undefined ? 'another process' : `process ${owner.pid} of ${owner.host}`}. ` +
      'Stop that one first, or give this one a folder of its own.',
    { details: { folder, ...owner } },
  );
}

interface Owner {
  readonly pid: number;
  readonly host: string;
}

/** Who listens, if it says so in time: one that was stopped does not. */
async function answerOf(socket: Socket): Promise<Owner | undefined> {
  socket.setTimeout(ANSWER_MS, () => socket.destroy());
  let text = '';
  socket.setEncoding('utf8');
  try {
    for await (const chunk of socket) text += String(chunk);
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null || !('pid' in answer) || !('host' in answer))
      return undefined;
    return { pid: Number(answer.pid), host: String(answer.host) };
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

async function highestOwner(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map((name) => Number(OWNER.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

/** Removes the sockets of owners before, and of starters that were killed before they won. */
async function removeLeftOvers(directory: Directory, mine: number): Promise<void> {
  for (const name of await readdir(directory.folder)) {
    const number = OWNER.exec(name)?.[1];
    const isLeftOver =
      number === undefined
        ? CLAIM.test(name) && !(await isListening(directory.socketPath(name)))
        : Number(number) < mine;
    if (isLeftOver) await unlink(join(directory.folder, name)).catch(() => undefined);
  }
}

async function isListening(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    return codeOf(error) !== 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}

function ownerName(number: number): string {
  return `owner-${number}.sock`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** A folder whose sockets can be reached although its path may be longer than the path of a socket may be. */
class Directory {
  private readonly handle: number | undefined;

  constructor(readonly folder: string) {
    const longest = join(folder, `claim-${randomUUID()}.sock`);
    if (Buffer.byteLength(longest) <= SOCKET_PATH_BYTES_MAX) return;
    if (process.platform !== 'linux') {
      throw new JournalError(
        'JOURNAL_FAILED',
        `The path ${folder} is too long for a unix socket in it: choose one that is ${Buffer.byteLength(longest) - SOCKET_PATH_BYTES_MAX} bytes shorter.`,
        { details: { folder } },
      );
    }
    this.handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  }

  /** The path under which a socket in the folder is bound or dialled. */
  socketPath(name: string): string {
    // Linux shows each open folder under a short path.
    return this.handle === undefined ? join(this.folder, name) : `/proc/self/fd/${this.handle}/${name}`;
  }

  close(): void {
    if (this.handle !== undefined) closeSync(this.handle);
  }
}
