import { defineTask } from '@penstock/worker';
import { piecesOf, type Text } from './support/text.ts';
import { WordCounter, type WordCount } from './support/word-counter.ts';

/**
 * Counts lines, words and the most frequent words of a text of any size. A word is a run of bytes that are not ASCII
 * white space.
 */
export default defineTask({
  name: 'wordcount',
  async run(text: Text, { signal }): Promise<WordCount> {
    const counter = new WordCounter();
    for await (const piece of piecesOf(text, signal)) counter.push(piece);
    return counter.result();
  },
});
