import { createReadStream } from 'node:fs';

/** A file by its path, or the text itself, or its bytes. */
export type Text = { readonly path: string } | { readonly text: string } | Uint8Array;

/**
 * The bytes of a text, piece by piece, whatever its size.
 *
 * @throws TypeError when it is none, or what opening and reading the file throws
 */
export function piecesOf(text: Text, signal: AbortSignal): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (text instanceof Uint8Array) return [text];
  if (typeof text === 'object' && text !== null) {
    if ('text' in text && typeof text.text === 'string') return [Buffer.from(text.text)];
    if ('path' in text && typeof text.path === 'string') return createReadStream(text.path, { signal });
  }
  throw new TypeError('the payload is {"path": "…"}, {"text": "…"} or bytes');
}
