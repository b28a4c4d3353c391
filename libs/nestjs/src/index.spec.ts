import { expect, it } from 'vitest';
import * as nestjs from './index.js';
import * as terminus from './terminus/index.js';
import * as testing from './testing/index.js';

it('exports what its users need, and no more', () => {
  expect(Object.keys(nestjs).toSorted()).toEqual([
    'PenstockClientModule',
    'PenstockError',
    'PenstockWorkerModule',
    'Task',
    'TaskClient',
    'WorkerContextError',
    'WorkerRunner',
  ]);
  expect(Object.keys(terminus)).toEqual(['PenstockHealthIndicator']);
  expect(Object.keys(testing)).toEqual(['PenstockTestingModule']);
});
