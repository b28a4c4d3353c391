import { join } from 'node:path';
import { mustRun } from './run.mjs';
import { bin, turboEnvironment } from './workspace.mjs';

const noticeAfterMs = 1_500;

/** Builds what has changed since it was last built. Speaks up only when that takes a while, or fails. */
export async function build() {
  const output = [];
  const notice = setTimeout(
    () => console.error('Building: a minute or so the first time ...'),
    noticeAfterMs,
  );
  try {
    await mustRun(join(bin, 'turbo'), ['run', 'build', '--ui=stream', '--output-logs=errors-only'], {
      env: turboEnvironment,
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
