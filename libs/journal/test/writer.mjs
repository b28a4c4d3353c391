// Appends groups to the journal in a folder, some of them at a time. Prints what each group has before it is committed,
// and its number when it is. Drops the oldest groups, so that the file's pages are used again. When the disk is full it
// closes the journal, after one group more that cannot fit, and says which groups were refused.
import { lmdbJournal } from '../dist/index.js';

const ENTRIES = 5;
const GROUPS_KEPT = 40;
const UNDER_WAY = 4;
const TOO_MUCH = 64 * 1024 * 1024;

const [, , folder, bytesText, groupsKept = GROUPS_KEPT] = process.argv;
const bytes = Number(bytesText);
let isFull = false;
const journal = lmdbJournal({
  folder,
  onFull: () => {
    if (isFull) return;
    isFull = true;
    void writeGroup(1, TOO_MUCH);
    void journal.close();
  },
});
await journal.open();

const committed = [];
let groups = 0;
async function writeGroups() {
  while (!isFull) await writeGroup(ENTRIES, bytes * Math.random());
}

async function writeGroup(entries, entryBytes) {
  const appended = Array.from({ length: entries }, (_, index) =>
    journal.append(index, [Buffer.alloc(Math.floor(entryBytes), 'x')]),
  );
  const dropped = committed.length > groupsKept ? committed.shift() : [];
  for (const sequence of dropped) journal.drop(sequence);
  const group = groups++;
  say({ group, appended, dropped });
  try {
    await journal.commit();
  } catch ({ code }) {
    say({ refused: group, code });
    return;
  }
  committed.push(appended);
  say({ committed: group });
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await Promise.all(Array.from({ length: UNDER_WAY }, writeGroups));
