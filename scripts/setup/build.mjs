import { join } from 'node:path';
import { mustRun } from './run.mjs';
import { bin } from './workspace.mjs';

const noticeAfterMs = 1_500;

/** Builds what has changed since it was last built. Speaks up only when that takes a while, or fails. */
export async function build() {
  const output = [];
  const notice = setTimeout(() => console.log('Building: a minute or so the first time ...'), noticeAfterMs);
  try {
    await mustRun(join(bin, 'turbo'), ['run', 'build', '--ui=stream', '--output-logs=errors-only'], {
      failure: 'The build failed.',
      onOutput: (chunk) => output.push(chunk),
    });
  } catch (error) {
    process.stderr.write(Buffer.concat(output));
    throw error;
  } finally {
    clearTimeout(notice);
  }
}
