import { expect, it } from 'vitest';
import * as api from './index.js';

it('exports what its users need and no more', () => {
  expect(Object.keys(api).sort()).toEqual([
    'Admission',
    'Scheduler',
    'checkInvariants',
    'defaultSettings',
    'isDead',
    'isFinal',
    'transitions',
    'waitingReason',
    'withoutWorker',
  ]);
});
