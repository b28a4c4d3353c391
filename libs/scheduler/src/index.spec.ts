import { expect, it } from 'vitest';
import * as api from './index.js';

it('exports what its users need and no more', () => {
  expect(Object.keys(api).sort()).toEqual([
    'Admission',
    'EVENT_VERSION',
    'RecordedScheduler',
    'Scheduler',
    'applyEvent',
    'beginFrom',
    'checkInvariants',
    'defaultSettings',
    'isDead',
    'isFinal',
    'transitions',
    'waitingReason',
    'withoutWorker',
  ]);
});
