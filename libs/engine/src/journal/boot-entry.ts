const SHIFT_BYTES = 8;

/** On a run of a machine the time of the journal went on as its monotonic clock did. */
export interface BootRecord {
  readonly id: string;
  /** What the machine's monotonic clock lacks to the time of the journal, milliseconds. */
  readonly shiftMs: number;
}

/** The part of an entry that tells it: `shiftMs f64 · id utf8`. */
export function bootBytes({ id, shiftMs }: BootRecord): Uint8Array {
  const bytes = Buffer.alloc(SHIFT_BYTES + Buffer.byteLength(id));
  bytes.writeDoubleLE(shiftMs, 0);
  bytes.write(id, SHIFT_BYTES);
  return bytes;
}

/** @param body what is behind the entry's stamp */
export function readBoot(body: Uint8Array): BootRecord {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return { shiftMs: bytes.readDoubleLE(0), id: bytes.toString('utf8', SHIFT_BYTES) };
}
