import type { Writable } from 'node:stream';
import type { Attempt } from '../attempt.js';
import { writeTag } from './tag.js';

/**
 * Puts a tag before whatever is written to `stream` from here on. The tag goes the same way as the text, so the hub need
 * not guess which of several short tasks wrote it.
 */
export function tagWrites(stream: Writable, current: () => Attempt | undefined): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let last: Attempt | undefined;
  stream.write = (...args: unknown[]): boolean => {
    const attempt = current();
    if (attempt !== last) {
      last = attempt;
      write(writeTag(attempt));
    }
    return write(...args);
  };
}
