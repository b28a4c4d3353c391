/** What {@link WordCounter} finds. */
export interface WordCount {
  readonly bytes: number;
  /** Line feeds. */
  readonly lines: number;
  readonly words: number;
  /** The most frequent words and how often each occurs, most frequent first; equal ones by their bytes. */
  readonly top: readonly (readonly [word: string, count: number])[];
}

const TOP = 10;
/** Bytes of a word by which it is told from others; what exceeds them still counts as one word. */
const WORD_BYTES_MAX = 64;
/** Distinct words that are counted apart. A text of more, which no human wrote, has its rarest ones forgotten. */
const DISTINCT_MAX = 200_000;

const LINE_FEED = 0x0a;

/** Space, and tab, line feed, vertical tab, form feed, carriage return. */
function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Counts words in bytes that come in pieces; a word may lie across them. */
export class WordCounter {
  private bytes = 0;
  private lines = 0;
  private words = 0;
  private readonly counts = new Map<string, number>();
  /** The beginning of a word that reaches the end of the last piece; empty between words. */
  private readonly word = Buffer.alloc(WORD_BYTES_MAX);
  private wordBytes = 0;

  push(piece: Uint8Array): void {
    this.bytes += piece.byteLength;
    for (let at = 0; at < piece.byteLength; at++) {
      const byte = piece[at] ?? 0;
      if (isSpace(byte)) {
        if (byte === LINE_FEED) this.lines += 1;
        if (this.wordBytes > 0) this.endWord();
      } else {
        if (this.wordBytes < WORD_BYTES_MAX) this.word[this.wordBytes] = byte;
        this.wordBytes += 1;
      }
    }
  }

  /** Ends the text. */
  result(): WordCount {
    if (this.wordBytes > 0) this.endWord();
    const { bytes, lines, words } = this;
    const top = [...this.counts].toSorted(byCount).slice(0, TOP);
    // Latin-1 keeps bytes apart while counting; people are shown UTF-8.
    return {
      bytes,
      lines,
      words,
      top: top.map(([word, count]) => [Buffer.from(word, 'latin1').toString(), count] as const),
    };
  }

  private endWord(): void {
    this.words += 1;
    const word = this.word.toString('latin1', 0, Math.min(this.wordBytes, WORD_BYTES_MAX));
    this.wordBytes = 0;
    const count = this.counts.get(word);
    if (count === undefined && this.counts.size >= DISTINCT_MAX) this.forgetRare();
    this.counts.set(word, (count ?? 0) + 1);
  }

  private forgetRare(): void {
    const kept = [...this.counts].toSorted(byCount).slice(0, DISTINCT_MAX / 2);
    this.counts.clear();
    for (const [word, count] of kept) this.counts.set(word, count);
  }
}

function byCount(
  [word, count]: readonly [string, number],
  [other, others]: readonly [string, number],
): number {
  if (count !== others) return others - count;
  return word < other ? -1 : 1;
}
