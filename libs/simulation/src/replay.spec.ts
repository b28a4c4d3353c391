import { defaultSettings, Scheduler, type Effects } from '@penstock/scheduler';
import { TaskIdMinter, viewOf, writeTaskId } from '@penstock/protocol';
import { expect, it } from 'vitest';
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

const minter = new TaskIdMinter(
  () => 1,
  () => 0,
);

function submit(scheduler: Scheduler): void {
  const id = new Uint8Array(16);
  writeTaskId(minter.mint(), id, 0);
  scheduler.submit(viewOf(id), 0, { name: 'A', userId: 'ada', priority: 0, payloadBytes: 1 }, 0);
}

it('applies each event, and tells after which one something does not agree', () => {
  const events = [
    submit,
    submit,
    (scheduler: Scheduler) => void scheduler.users.get('ada')?.queues.pop(),
    submit,
  ];
  const report = replay(new Scheduler(silent, defaultSettings, 1), events, (scheduler, event) =>
    event(scheduler),
  );
  expect(report).toMatchObject({
    events: 2,
    finding: { at: 2, message: expect.stringContaining('SCH-024') as string },
  });
  expect(
    replay(new Scheduler(silent, defaultSettings, 1), [submit, submit], (scheduler, event) =>
      event(scheduler),
    ),
  ).toEqual({ events: 2 });
});
