import { TaskIdMinter, viewOf, writeTaskId } from '@penstock/protocol';
import { defaultSettings, RecordedScheduler, type Effects } from '@penstock/scheduler';
import { beforeEach, describe, expect, it } from 'vitest';
import { replay } from './replay.js';

const silent: Effects = {
  dispatch: () => undefined,
  ended: () => undefined,
  requeued: () => undefined,
  cancelOnHub: () => undefined,
  dropResult: () => undefined,
  forgotten: () => undefined,
  woken: () => undefined,
  archived: () => undefined,
};

let lines: string[];

/** What a balancer would have recorded: three tasks, of which a hub takes two before it is lost. */
beforeEach(() => {
  lines = [];
  const scheduler = new RecordedScheduler(silent, defaultSettings, 1, 0, 0, (event) =>
    lines.push(JSON.stringify(event)),
  );
  const minter = new TaskIdMinter(
    () => 1,
    () => 0,
  );
  const id = new Uint8Array(16);
  for (let count = 0; count < 3; count++) {
    writeTaskId(minter.mint(), id, 0);
    scheduler.submit(viewOf(id), 0, { name: 'A', userId: 'ada', priority: 0, payloadBytes: 1 }, 0);
  }
  const group = {
    minPriority: null,
    maxPriority: null,
    tasks: ['A'],
    slots: 2,
    window: 2,
    kind: 'process',
    niceness: 0,
    workers: [],
  } as const;
  const hub = scheduler.joinHub('h', 'h', [{ ...group, tasks: [...group.tasks], workers: [] }]);
  expect(scheduler.dispatch(1)).toBe(2);
  scheduler.loseHub(hub, 2);
});

async function* given(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

describe('a record of what happened to a scheduler', () => {
  it('is replayed to its end when all agrees', async () => {
    expect(await replay(given(...lines))).toEqual({ events: 7 });
  });

  it.each([
    ['no JSON', (all: string[]) => all.with(3, '{')],
    ['an event about a hub that never came', (all: string[]) => all.toSpliced(4, 1)],
    ['not its begin', (all: string[]) => all.slice(1)],
    ['nothing', () => []],
  ])('tells in which line is %s', async (_what, spoil) => {
    const { finding } = await replay(given(...spoil(lines)));
    expect(finding).toMatchObject({
      line: expect.any(Number) as number,
      message: expect.any(String) as string,
    });
  });

  it('tells the line of what cannot be applied', async () => {
    expect(await replay(given(...lines.toSpliced(4, 1)))).toMatchObject({
      finding: { line: 6, message: expect.stringContaining('SCH-053') as string },
    });
  });
});
