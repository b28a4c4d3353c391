import { describe, expect, it } from 'vitest';
import { workerGroupList } from './worker-groups.js';

const { schema } = workerGroupList();

/** Path and message of each mistake in a list of groups. */
function mistakes(written: unknown): readonly string[] {
  return (schema.safeParse(written).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
}

describe('a list of worker groups', () => {
  it('takes the groups of pyLoadBalancer as they are', () => {
    const shipped = [
      { nWorkers: 4, minP: 0, maxP: 9, processP: 10 },
      { nWorkers: 4, minP: 10, maxP: 99, processP: 0 },
    ];
    expect(schema.parse(shipped)).toEqual(shipped);
  });

  it('fills in a niceness of 0 and nothing else', () => {
    expect(schema.parse([{ nWorkers: 1 }])).toEqual([{ nWorkers: 1, processP: 0 }]);
  });

  it('takes groups without processes', () => {
    const inline = [{ inline: true, concurrency: 8, name: 'light', tasks: ['hello'] }];
    expect(schema.parse(inline)).toEqual(inline);
  });

  it('says which key was meant', () => {
    expect(mistakes([{ nWorkers: 1, minp: 3, colour: 'red' }])).toEqual([
      '0: unknown key "minp": did you mean "minP"?; unknown key "colour": known here are nWorkers, inline, processP, name, minP, maxP, tasks',
    ]);
  });

  it('keeps processes and threads apart', () => {
    expect(mistakes([{ inline: true, nWorkers: 2, concurrency: 2 }])).toEqual([
      '0: unknown key "nWorkers": known here are inline, concurrency, name, minP, maxP, tasks',
    ]);
    expect(mistakes([{ nWorkers: 2, concurrency: 2 }])).toHaveLength(1);
    expect(mistakes([{ inline: 'yes', nWorkers: 2 }])).toEqual(['0.inline: expected true or false']);
  });

  it.each([
    [[{ nWorkers: 0 }], '0.nWorkers: expected a whole number, 1 to 1024'],
    [[{ nWorkers: 1025 }], '0.nWorkers: expected a whole number, 1 to 1024'],
    [[{ nWorkers: 1.5 }], '0.nWorkers: expected a whole number, 1 to 1024'],
    [[{}], '0.nWorkers: expected a whole number, 1 to 1024'],
    [[{ inline: true }], '0.concurrency: expected a whole number, 1 to 1024'],
    [[{ nWorkers: 1 }, { nWorkers: 1, processP: 21 }], '1.processP: expected a whole number, -20 to 20'],
    [[{ nWorkers: 1, minP: '3' }], '0.minP: expected a number'],
    [[{ nWorkers: 1, minP: 4, maxP: 3 }], '0: expected a minP that is not above maxP'],
    [[{ nWorkers: 1, tasks: [] }], '0.tasks: expected at least one task name (leave "tasks" out to run all)'],
    [[{ nWorkers: 1, tasks: [''] }], '0.tasks.0: expected the name of a task, 1 to 128 characters'],
    [[3], '0: expected a worker group, an object'],
    [{}, ': expected a JSON list of worker groups, such as [{"nWorkers": 4, "minP": 0, "maxP": 9}]'],
  ])('refuses %j', (written, mistake) => {
    expect(mistakes(written)).toEqual([mistake]);
  });

  it('accepts a band of one priority', () => {
    expect(mistakes([{ nWorkers: 1, minP: 4, maxP: 4 }])).toEqual([]);
  });

  it('refuses two groups of one name, given or not', () => {
    const twice = [': expected worker groups with names that differ'];
    expect(
      mistakes([
        { nWorkers: 1, name: 'a' },
        { nWorkers: 2, name: 'a' },
      ]),
    ).toEqual(twice);
    expect(mistakes([{ nWorkers: 1, name: 'group-2' }, { nWorkers: 2 }])).toEqual(twice);
  });
});
