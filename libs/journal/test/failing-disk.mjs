// Writes to a journal whose file may not grow, on a file system that only promises room: LMDB is the one to find out.
// Prints what comes of a commit, of what comes after it, and of closing the journal.
import { lmdbJournal } from '../dist/index.js';
import { Reserve } from '../dist/lmdb/reserve.js';

Reserve.prototype.ensure = () => Promise.resolve();
const outcomes = [];
process.on('unhandledRejection', () => outcomes.push('unhandled'));

const [, , folder] = process.argv;
const journal = lmdbJournal({ folder });
await journal.open();
let committed = 0;
async function commitOne() {
  journal.append(1, [Buffer.alloc(13_800)]);
  await journal.commit();
  committed += 1;
}
for (let failures = 0; failures < 2;) {
  try {
    await commitOne();
  } catch ({ code, retryable }) {
    outcomes.push(`${code} ${retryable}`);
    failures += 1;
  }
}
await journal.close();
outcomes.push('closed');
process.stdout.write(JSON.stringify({ committed, outcomes }));
