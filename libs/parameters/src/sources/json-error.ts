/** The first place at which a text is not JSON. */
export interface JsonErrorPlace {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** What should stand there, and what does. */
  readonly message: string;
}

/**
 * Finds where a text stops being JSON. `JSON.parse` says so for some errors only, and in words that differ from
 * version to version.
 *
 * @returns `undefined` when the text is JSON
 */
export function locateJsonError(text: string): JsonErrorPlace | undefined {
  try {
    readJson(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const before = text.slice(0, error.offset).split('\n');
    return {
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      message: `expected ${error.expected}, found ${tokenAt(text, error.offset)}`,
    };
  }
}

function tokenAt(text: string, offset: number): string {
  if (offset >= text.length) return 'the end of the file';
  if (text[offset] === '"') return 'a string';
  return JSON.stringify(text.slice(offset, offset + matchAt(wordOrSign, text, offset)));
}

class Unexpected extends Error {
  constructor(
    readonly offset: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

const blanks = /[ \t\r\n]*/y;
const string = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const wordOrSign = /[\w.+-]+|./suy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Walks over the text by the grammar of RFC 8259 and stops at what does not fit. */
function readJson(text: string): void {
  let at = 0;

  const accept = (token: RegExp | string): boolean => {
    const length =
      typeof token === 'string' ? (text.startsWith(token, at) ? token.length : 0) : matchAt(token, text, at);
    at += length;
    if (length > 0) at += matchAt(blanks, text, at);
    return length > 0;
  };
  const demand = (token: RegExp | string, expected: string): void => {
    if (!accept(token)) throw new Unexpected(at, expected);
  };
  const list = (close: string, item: () => void): void => {
    if (accept(close)) return;
    do item();
    while (accept(','));
    demand(close, `"," or "${close}"`);
  };
  const member = (): void => {
    demand(string, 'a name in double quotes');
    demand(':', '":"');
    value();
  };
  const value = (): void => {
    if (accept('{')) list('}', member);
    else if (accept('[')) list(']', value);
    else if (text[at] === '"') demand(string, 'a string that is closed and has no control characters');
    else demand(scalar, 'a value');
  };

  at += matchAt(blanks, text, at);
  value();
  if (at < text.length) throw new Unexpected(at, 'nothing more');
}

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
