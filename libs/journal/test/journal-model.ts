import fc from 'fast-check';
import { expect } from 'vitest';
import type { Journal } from '../src/journal.js';
import type { JournalWorld } from './journal.contract.js';

/** Something that happens to a journal. */
type Step =
  | { readonly does: 'append'; readonly kind: number; readonly sizes: readonly number[] }
  | { readonly does: 'drop'; readonly which: number }
  | { readonly does: 'commit' | 'wait' | 'replay' | 'reopen' | 'kill' };

/** Sizes around those at which values get pages of their own, and beyond. */
const size = fc.oneof(fc.nat(200), fc.integer({ min: 900, max: 5_000 }), fc.nat(60_000));

/** What may happen to a journal, in any order. */
export const stepsArbitrary: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        does: fc.constant('append' as const),
        kind: fc.nat(255),
        sizes: fc.array(size, { maxLength: 3 }),
      }),
    },
    { weight: 6, arbitrary: fc.record({ does: fc.constant('drop' as const), which: fc.nat() }) },
    { weight: 6, arbitrary: fc.constant({ does: 'commit' as const }) },
    { weight: 2, arbitrary: fc.constant({ does: 'wait' as const }) },
    { weight: 1, arbitrary: fc.constant({ does: 'replay' as const }) },
    { weight: 1, arbitrary: fc.constant({ does: 'reopen' as const }) },
    { weight: 1, arbitrary: fc.constant({ does: 'kill' as const }) },
  ),
  { minLength: 5, maxLength: 80 },
);

type Content = ReadonlyMap<number, { readonly kind: number; readonly length: number }>;

/** Does the steps to a journal and to a map, and expects that they never differ. */
export async function expectSameAsModel(
  world: JournalWorld,
  keeps: boolean,
  steps: readonly Step[],
): Promise<void> {
  let journal = world.make();
  let gathered: Content = new Map();
  let committed: Content = new Map();
  let next = 1;
  let commits: Promise<void>[] = [];
  const expected = (): Content => (keeps ? committed : new Map());

  expect(await journal.open()).toMatchObject({ epoch: 1, entries: 0 });
  let epoch = 1;

  async function openAgain(): Promise<void> {
    journal = world.make();
    epoch = keeps ? epoch + 1 : 1;
    gathered = expected();
    // Numbers that were given and not committed may be given again: nobody has seen them.
    const bytes = [...gathered.values()].reduce((sum, { length }) => sum + length, 0);
    expect(await journal.open()).toEqual({ epoch, entries: gathered.size, bytes });
    await expectReplay(journal, gathered);
    next = committedNext(keeps);
  }

  let durableNext = 1;
  const committedNext = (isKept: boolean): number => (isKept ? durableNext : 1);

  for (const step of steps) {
    switch (step.does) {
      case 'append': {
        const sequence = journal.append(
          step.kind,
          step.sizes.map((length) => Buffer.alloc(length, next)),
        );
        expect(sequence).toBe(next);
        const length = step.sizes.reduce((sum, one) => sum + one, 0);
        gathered = new Map([...gathered, [sequence, { kind: step.kind, length }]]);
        next += 1;
        break;
      }
      case 'drop': {
        const numbers = [...gathered.keys()];
        const sequence = numbers[step.which % Math.max(1, numbers.length)];
        if (sequence === undefined) break;
        journal.drop(sequence);
        gathered = new Map([...gathered].filter(([number]) => number !== sequence));
        break;
      }
      case 'commit':
        commits.push(journal.commit());
        committed = gathered;
        durableNext = next;
        break;
      case 'wait':
        await Promise.all(commits);
        commits = [];
        break;
      case 'replay':
        await Promise.all(commits);
        await expectReplay(journal, expected());
        break;
      case 'reopen':
        await journal.close();
        await openAgain();
        break;
      case 'kill':
        await Promise.all(commits);
        await world.kill(journal);
        await openAgain();
        break;
    }
  }
  await Promise.all(commits);
  await expectReplay(journal, expected());
  await journal.close();
}

async function expectReplay(journal: Journal, content: Content): Promise<void> {
  const found = new Map<number, { kind: number; length: number }>();
  for await (const { sequence, kind, bytes } of journal.replay()) {
    expect(bytes.every((byte) => byte === sequence % 256)).toBe(true);
    found.set(sequence, { kind, length: bytes.byteLength });
  }
  expect([...found]).toEqual([...content].toSorted(([a], [b]) => a - b));
}
