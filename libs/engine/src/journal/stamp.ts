/** When an entry was written. */
export interface Stamp {
  /** In the time of the journal, see {@link JournalTime}; it never goes back. */
  readonly atMs: number;
  /** By the wall clock, milliseconds since 1970. */
  readonly wallMs: number;
}

const STAMP_BYTES = 16;

/** The first part of every entry: `atMs f64 · wallMs f64`. */
export function stampBytes({ atMs, wallMs }: Stamp): Uint8Array {
  const bytes = Buffer.alloc(STAMP_BYTES);
  bytes.writeDoubleLE(atMs, 0);
  bytes.writeDoubleLE(wallMs, 8);
  return bytes;
}

/** An entry's stamp, and what is behind it. */
export function splitStamp(entry: Uint8Array): { readonly stamp: Stamp; readonly body: Uint8Array } {
  const bytes = Buffer.from(entry.buffer, entry.byteOffset, STAMP_BYTES);
  const stamp = { atMs: bytes.readDoubleLE(0), wallMs: bytes.readDoubleLE(8) };
  return { stamp, body: entry.subarray(STAMP_BYTES) };
}
