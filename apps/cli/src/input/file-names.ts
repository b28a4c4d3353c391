import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The names of files as they were typed; `-` stands for those on the standard input, one a line. */
export async function readFileNames(typed: readonly string[], input: Readable): Promise<readonly string[]> {
  const names: string[] = [];
  for (const name of typed) {
    if (name !== '-') names.push(name);
    else for await (const line of createInterface({ input })) if (line !== '') names.push(line);
  }
  return names;
}
