import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../test/model/commands.js';
import { Trial } from '../../test/model/trial.js';
import { Recorder } from '../../test/recorder.js';
import { defaultSettings } from '../settings.js';
import { checkInvariants } from '../invariants.js';
import { applyEvent, beginFrom } from './apply-event.js';
import type { SchedulerEvent } from './event.js';

const began: SchedulerEvent = { on: 'began', version: 2, epoch: 1, seed: 0, settings: defaultSettings };

describe('recorded events', () => {
  it('lead another scheduler to the same decisions, after a way through JSON', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(runs(100), ({ settings, commands }) => {
        const lines: string[] = [];
        const trial = new Trial(settings, (event) => lines.push(JSON.stringify(event)));
        const recorder = new Recorder(({ slot }) => String(replayed.table.idView.getUint32(16 * slot + 12)));
        const replayed = beginFrom(read(lines.shift()), recorder);
        for (const command of commands) {
          const decided = trial.run(command);
          for (const line of lines.splice(0)) applyEvent(replayed, read(line));
          expect(recorder.take()).toEqual(decided);
          expect(replayed.nextDeadline()).toBe(trial.nextDeadline);
        }
        checkInvariants(replayed);
      }),
      { numRuns: 200 },
    );
  });

  it('begin with how the scheduler began, in a version that is known', () => {
    const recorder = new Recorder();
    expect(() => beginFrom({ on: 'tick', now: 1 }, recorder)).toThrow('SCH-050');
    expect(() => beginFrom({ ...began, version: 1 }, recorder)).toThrow('SCH-051');
  });

  it('are of no use to a scheduler that does not know what they are about', () => {
    const scheduler = beginFrom(began, new Recorder());
    expect(() => applyEvent(scheduler, { on: 'cancel', id: '00', now: 1 })).toThrow('SCH-052');
    expect(() => applyEvent(scheduler, { on: 'suspendHub', hub: 0 })).toThrow('SCH-053');
  });
});

function read(line = ''): SchedulerEvent {
  return JSON.parse(line) as SchedulerEvent;
}
