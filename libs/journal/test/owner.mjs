// Takes the journal in a folder when it is told to, says how that went, and keeps it until it is killed.
import { lmdbJournal } from '../dist/index.js';

const [, , folder] = process.argv;
const journal = lmdbJournal({ folder });
async function take() {
  try {
    const { epoch } = await journal.open();
    process.send({ epoch });
  } catch ({ code, details }) {
    process.send({ code, pid: details?.pid });
  }
}
process.on('message', () => void take());
process.send('ready');
