import { fork } from 'node:child_process';
import { once } from 'node:events';

/** The script that does it; beside the sources there is none, so it is always the built one. */
const script = new URL('../../dist/lmdb/child.js', import.meta.url);

/** What is kept of what a child that failed has said. */
const WORDS_MAX = 2_000;

/** Why a child gave no answer. */
export class ChildFailure extends Error {
  override readonly name = 'ChildFailure';
}

/**
 * Does something to the files of a journal in a process of its own, so that a crash of native code is only an answer.
 *
 * @returns what it answers
 * @throws ChildFailure when it ends without an answer
 */
export async function inChild(job: 'scan' | 'salvage', ...paths: string[]): Promise<unknown> {
  const child = fork(script, [job, ...paths], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let answer: unknown;
  let words = '';
  child.on('message', (message) => (answer = message));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-WORDS_MAX)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (answer !== undefined && code === 0) return answer;
  const end = signal === null ? `exit code ${code}` : `signal ${signal}`;
  throw new ChildFailure(
    `The process that looked at it ended with ${end}.${words === '' ? '' : ` It said: ${words.trim()}`}`,
  );
}
