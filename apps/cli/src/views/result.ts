/** A result as it is printed: a text as it is, other JSON indented, bytes as they are. */
export function printedResult(value: unknown): string | Uint8Array {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  return JSON.stringify(value, null, 2);
}

/** A result within JSON: bytes as base64, under another name. */
export function resultField(
  value: unknown,
): { readonly result: unknown } | { readonly resultBase64: string } {
  return value instanceof Uint8Array
    ? { resultBase64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
    : { result: value };
}
