import { fileURLToPath } from 'node:url';

/** The permission model of Node.js, where the process runs under it. */
interface Permission {
  has(scope: string, reference?: string): boolean;
  drop?(scope: string): void;
}

const { permission } = process as { permission?: Permission };

/**
 * A thread of a confined process may read what the process may not, and only the watcher needs one: from here on there
 * are no others, whatever a task imports.
 */
export function giveUpThreads(): void {
  if (permission === undefined) return;
  permission.drop?.('worker');
  if (!permission.has('worker')) return;
  process.stderr.write(`Node.js ${process.version} cannot confine a worker: use Node.js 24.21 or newer\n`);
  process.exit(1);
}

/**
 * From here on no file can be read: all is imported.
 *
 * @throws Error when this Node.js, or this process, cannot give that up
 */
export function giveUpFiles(): void {
  permission?.drop?.('fs.read');
  permission?.drop?.('fs.write');
  if (permission?.has('fs.read', fileURLToPath(import.meta.url)) !== false) {
    throw new Error(`Node.js ${process.version} cannot keep a task from files: use Node.js 24.21 or newer`);
  }
}
