import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { session } from '../../test/arbitraries.js';
import { pack, unpack } from '../../test/batch-kind.js';
import { batchKinds } from '../../test/batch-kinds.js';
import { FLAG_DETACHED, readHead } from '../frame.js';
import { limits } from '../limits.js';

describe.each(batchKinds)('batches of $name', (kind) => {
  const records = fc.array(kind.record, { maxLength: 40 });

  it('come back as they were sent, in order, with their session', () => {
    fc.assert(
      fc.property(records, session, (sent, sender) => {
        const received = pack(kind, sent, sender).map((frames) => unpack(kind, frames));
        expect(received.flatMap((batch) => batch.records)).toEqual(sent);
        for (const batch of received) expect(batch.session).toEqual(sender);
      }),
      { numRuns: 200 },
    );
  });

  it('have a second frame exactly when a payload exceeds 64 KiB, and then a single record', () => {
    fc.assert(
      fc.property(records, session, (sent, sender) => {
        for (const [frame, payload] of pack(kind, sent, sender)) {
          const { flags, count } = readHead(frame);
          expect(flags).toBe(payload === undefined ? 0 : FLAG_DETACHED);
          if (payload === undefined) continue;
          expect(count).toBe(1);
          expect(payload.byteLength).toBeGreaterThan(limits.batchBytes);
        }
      }),
      { numRuns: 100 },
    );
  });
});
