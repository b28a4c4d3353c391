import { open, type RootDatabase } from 'lmdb';

/** An LMDB file with nothing but bytes in it. */
export type Database = RootDatabase<Buffer, Uint8Array>;

/** How a data file is opened. */
export interface LmdbOptions {
  readonly readOnly: boolean;
  /** Address space for the file, in bytes; it cannot grow beyond that. */
  readonly mapBytes?: number;
}

/**
 * Opens a data file. Commits resolve when they are on the disk: without `overlappingSync` LMDB itself syncs before a
 * transaction ends. Nothing is written through the map, so no stray pointer of ours can damage the file.
 */
export function openLmdb(path: string, { readOnly, mapBytes }: LmdbOptions): Database {
  return open<Buffer, Uint8Array>({
    path,
    readOnly,
    encoding: 'binary',
    keyEncoding: 'binary',
    noSubdir: true,
    overlappingSync: false,
    // Each write is one batch of its own: with this on, a batch that fails would reject a promise that nobody has.
    eventTurnBatching: false,
    ...(mapBytes === undefined ? {} : { mapSize: mapBytes }),
  });
}
