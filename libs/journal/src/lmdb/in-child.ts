import type { WireError } from '@penstock/protocol';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { JournalError } from '../journal-error.js';

/** The script that does it; beside the sources there is none, so it is always the built one. */
const script = new URL('../../dist/lmdb/child.js', import.meta.url);

/** What is kept of what a child that crashed has said. */
const WORDS_MAX = 2_000;

/** How native code ends a process when it meets what cannot be. */
const crashSignals: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGBUS',
  'SIGABRT',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
]);

/** What a child sends. */
export type ChildAnswer = { readonly value: unknown } | { readonly error: WireError };

/** That native code crashed while it looked. The message is a sentence. */
export class ChildCrash extends Error {
  override readonly name = 'ChildCrash';
}

/**
 * Does something to the files of a journal in a process of its own, so that a crash of native code is only an answer.
 *
 * @returns what the child answers
 * @throws ChildCrash when native code ends it
 * @throws JournalError what it threw, or JOURNAL_FAILED when something else ends it
 */
export async function inChild(job: 'scan' | 'salvage', ...paths: string[]): Promise<unknown> {
  const child = fork(script, [job, ...paths], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let answer: ChildAnswer | undefined;
  let words = '';
  child.on('message', (message) => (answer = message as unknown as ChildAnswer));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-WORDS_MAX)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== null && crashSignals.has(signal)) {
    throw new ChildCrash(
      `The process that looked at it crashed (${signal}).${words === '' ? '' : ` It said: ${words.trim()}`}`,
    );
  }
  if (answer === undefined) {
    throw new JournalError(
      'JOURNAL_FAILED',
      `The process that was to look at ${paths[0]} ended with ${signal ?? `code ${code}`}. ${words.trim()}`,
      { details: { file: paths[0] } },
    );
  }
  if ('value' in answer) return answer.value;
  const { message, details } = answer.error;
  throw new JournalError('JOURNAL_FAILED', message, details === undefined ? {} : { details });
}
