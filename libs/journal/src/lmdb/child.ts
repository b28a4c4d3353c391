import { PenstockError } from '@penstock/protocol';
import type { ChildAnswer } from './in-child.js';
import { salvageFile } from './salvage-file.js';
import { scan } from './scan.js';

// A process of its own for what may end a process: looking at bytes that may be damaged. See inChild.
const [, , job, from = '', to = ''] = process.argv;

async function answer(): Promise<ChildAnswer> {
  try {
    return { value: job === 'salvage' ? await salvageFile(from, to) : scan(from) };
  } catch (error) {
    if (error instanceof PenstockError) return { error: error.toWire() };
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { error: { code: 'JOURNAL_FAILED', message, retryable: false } };
  }
}

const result = await answer();
process.send?.(result, () => process.disconnect());
