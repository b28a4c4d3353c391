import { open, stat, writeFile } from 'node:fs/promises';

/** Room for LMDB's 126 readers, and more. */
const LOCK_BYTES = 16 * 1024;
/** What `stat` counts blocks in. */
const BLOCK_BYTES = 512;

/**
 * Makes the lock file have its blocks on the disk before LMDB maps it: a page of the map that the full disk has no block
 * for would end the process.
 */
export async function fillLockFile(path: string): Promise<void> {
  try {
    const { size, blocks } = await stat(path);
    if (size >= LOCK_BYTES && blocks * BLOCK_BYTES >= LOCK_BYTES) return;
  } catch {
    await writeFile(path, Buffer.alloc(LOCK_BYTES), { flag: 'wx' });
    return;
  }
  // Somebody may read through it at this moment, so only what is missing is added.
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const there = Buffer.alloc(LOCK_BYTES);
    await file.read(there, 0, size, 0);
    await file.write(there.subarray(0, LOCK_BYTES), 0, LOCK_BYTES, 0);
  } finally {
    await file.close();
  }
}
