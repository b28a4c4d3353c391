import { seededRandom } from '@penstock/runtime';
import { expect, it } from 'vitest';
import { newFolder } from '../../test/folders.js';
import { kill, WriterProcess } from '../../test/processes.js';
import { WriterLedger } from '../../test/writer-ledger.js';
import { lmdbJournal } from './lmdb-journal.js';

const ROUNDS = 5;
const SEED = 20_260_101;

it(
  'has every group whose commit was told, and all or nothing of any other, after its process was killed',
  { timeout: 120_000 },
  async () => {
    const folder = await newFolder();
    const random = seededRandom(SEED);
    const ledger = new WriterLedger();
    for (let round = 1; round <= ROUNDS; round++) {
      const writer = WriterProcess.start(folder, round % 2 === 0 ? 300 : 12_000);
      ledger.onWriter();
      const enough = 10 + Math.floor(random() * 80);
      let killed: Promise<void> | undefined;
      await writer.eachLine((line) => {
        ledger.onLine(line);
        if (ledger.committed === enough) killed ??= kill(writer.process);
      });
      await killed;
      expect(ledger.committed).toBeGreaterThanOrEqual(enough);

      const journal = lmdbJournal({ folder });
      expect(await journal.open(), `round ${round}, seed ${SEED}`).toMatchObject({ epoch: 2 * round });
      await ledger.expectAllIn(journal);
      await journal.close();
    }
  },
);
