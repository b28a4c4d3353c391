import { number64 } from './page-file.js';
import type { PageUse } from './page-use.js';

/**
 * Takes the pages of one record of the free list: a count, then page numbers of 64 bits. One that is negative says how
 * many pages there are from the next number on, and zero says nothing.
 *
 * @returns what is wrong with it, as the end of the sentence "the record …"
 */
export function takeFreePages(record: Buffer, use: PageUse): string | undefined {
  if (record.byteLength < 8) return 'has no length';
  const count = number64(record, 0);
  if ((count + 1) * 8 > record.byteLength) return `has ${count} numbers in ${record.byteLength} bytes`;
  let inRow = 1;
  for (let index = 1; index <= count; index++) {
    const number = Number(record.readBigInt64LE(index * 8));
    if (number < 0) inRow = -number;
    else if (number > 0) {
      if (!use.contains(number, inRow)) return `frees page ${number}, which there is not`;
      if (!use.take(number, inRow)) return `frees page ${number}, which is used`;
      inRow = 1;
    }
  }
  return undefined;
}
