import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Every page begins with: its number (8), transaction (8), pad (2), flags (2), and two numbers of its kind (2 + 2). */
export const PAGE_HEAD_BYTES = 24;

/** Flags of a page: what it is. */
export const pageKinds = { branch: 0x01, leaf: 0x02, overflow: 0x04, meta: 0x08 } as const;

/**
 * The pages of an LMDB file (data version 2, 64 bits, little-endian), read without LMDB: what is damaged is only bytes
 * here, and cannot crash anything.
 */
export class PageFile {
  private readonly handle: number;
  /** Bytes of the file. */
  readonly size: number;

  constructor(
    path: string,
    readonly pageSize: number,
  ) {
    this.handle = openSync(path, 'r');
    this.size = fstatSync(this.handle).size;
  }

  /** Whole pages in the file. */
  get pages(): number {
    return Math.floor(this.size / this.pageSize);
  }

  /** Some pages in a row; `undefined` when the file ends before them. */
  read(first: number, count = 1): Buffer | undefined {
    if (first + count > this.pages) return undefined;
    const bytes = Buffer.allocUnsafe(count * this.pageSize);
    for (let read = 0; read < bytes.byteLength;) {
      const got = readSync(this.handle, bytes, read, bytes.byteLength - read, first * this.pageSize + read);
      if (got === 0) return undefined;
      read += got;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.handle);
  }
}

/** The number that a page says it has. */
export function pageNumberOf(page: Buffer): number {
  return number64(page, 0);
}

/** The transaction that wrote a page. */
export function transactionOf(page: Buffer): number {
  return number64(page, 8);
}

/** See {@link pageKinds}. */
export function kindOf(page: Buffer): number {
  return page.readUInt16LE(18);
}

/** 64 bits that are a number of pages, transactions or bytes; huge ones lose precision, which damaged ones may. */
export function number64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
