import { createHash } from 'node:crypto';
import { defineTask } from '@penstock/worker';
import { piecesOf, type Text } from './support/text.ts';

/** The SHA-256 of a text of any size, in hexadecimal. */
export default defineTask({
  name: 'sha256',
  async run(text: Text, { signal }): Promise<string> {
    const hash = createHash('sha256');
    for await (const piece of piecesOf(text, signal)) hash.update(piece);
    return hash.digest('hex');
  },
});
