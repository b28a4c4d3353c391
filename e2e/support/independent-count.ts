import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Files and their words, as counted by other means than a task of ours. */
export interface IndependentCount {
  readonly files: readonly string[];
  readonly bytes: number;
  readonly words: number;
  readonly lines: number;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** An operating system bounds how long a command may be. */
const FILES_PER_COMMAND = 500;

/** Finds what the demonstration finds, with `find`, and counts it. */
export function countIndependently(folder: string): IndependentCount {
  const names = ['readme*', 'changelog*', 'license*'].flatMap((name) => ['-o', '-iname', name]).slice(1);
  const found = run('find', [folder, '-type', 'f', '(', ...names, ')', '-print0']);
  return countWords(found.split('\0').filter((path) => path !== ''));
}

/** Counts the words of some files by a pattern over their bytes. */
export function countWords(files: readonly string[]): IndependentCount {
  let [bytes, words, lines] = [0, 0, 0];
  for (const path of files) {
    // One character for each byte, whatever the file's encoding.
    const text = readFileSync(path, 'latin1');
    bytes += text.length;
    words += text.match(/[^ \t\n\v\f\r]+/g)?.length ?? 0;
    lines += text.split('\n').length - 1;
  }
  return { files, bytes, words, lines };
}

/** Files that have nothing but printable ASCII and white space: those that `wc` and we understand alike. */
export function asciiOnly(files: readonly string[]): readonly string[] {
  return files.filter((path) => /^[\t-\r -~]*$/.test(readFileSync(path, 'latin1')));
}

/** The words of all files together, as `wc -w` counts them. */
export function wordsByWc(files: readonly string[]): number {
  let words = 0;
  for (let start = 0; start < files.length; start += FILES_PER_COMMAND) {
    const counted = run('wc', ['-w', ...files.slice(start, start + FILES_PER_COMMAND)], { LC_ALL: 'C' });
    for (const line of counted.trim().split('\n')) {
      const [, count, what] = /^ *(\d+) (.*)$/.exec(line) ?? [];
      if (what !== 'total') words += Number(count);
    }
  }
  return words;
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync(command, args, { encoding: 'utf8', env, maxBuffer: MAX_OUTPUT_BYTES });
}
