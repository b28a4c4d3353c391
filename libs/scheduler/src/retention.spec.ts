import { describe, expect, it } from 'vitest';
import { given } from '../test/scenario.js';

describe('the bound on ended tasks', () => {
  it('holds when the first task that was ever cancelled comes on top of it', () => {
    const scenario = given({ finishedMax: 1 });
    scenario.hub('A', { window: 1 });
    scenario.submitAll(['done', 'cancelled']);
    scenario.dispatch();
    scenario.end('done');
    expect(scenario.cancel('cancelled')).toEqual(['queued', 'cancelled is cancelled', 'forget done']);
  });
});
