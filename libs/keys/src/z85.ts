import { PenstockError } from '@penstock/protocol';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const digits = new Map(ALPHABET.split('').map((letter, digit) => [letter, digit]));

/** Bytes of a key, … */
export const KEY_BYTES = 32;
/** … and letters of its text. */
export const KEY_LETTERS = 40;

/** The text of a key as ZeroMQ writes it (Z85, RFC 32): four bytes in five letters. */
export function keyText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += 4) {
    let value = view.getUint32(at);
    let letters = '';
    for (let digit = 0; digit < 5; digit++) {
      letters = ALPHABET.charAt(value % 85) + letters;
      value = Math.floor(value / 85);
    }
    text += letters;
  }
  return text;
}

/**
 * The bytes of a key's text.
 *
 * @throws PenstockError `INVALID_KEY`; the message does not repeat the text, which may be a secret
 */
export function keyBytes(text: string): Buffer {
  if (text.length !== KEY_LETTERS) {
    throw new PenstockError(
      'INVALID_KEY',
      `a key is a text of ${KEY_LETTERS} letters in Z85, this one has ${text.length}`,
    );
  }
  const bytes = Buffer.alloc(KEY_BYTES);
  for (let at = 0; at < KEY_BYTES / 4; at++) {
    let value = 0;
    for (const letter of text.slice(at * 5, at * 5 + 5))
      value = value * 85 + (digits.get(letter) ?? Infinity);
    if (value > 0xffff_ffff) {
      throw new PenstockError(
        'INVALID_KEY',
        `a key is a text in Z85, and letters ${at * 5 + 1} to ${at * 5 + 5} are none`,
      );
    }
    bytes.writeUInt32BE(value, at * 4);
  }
  return bytes;
}
