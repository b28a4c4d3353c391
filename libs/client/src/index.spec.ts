import { describe, expect, it } from 'vitest';
import * as surface from './index.js';

describe('the public surface', () => {
  it('has these values and no others', () => {
    expect(Object.keys(surface).toSorted()).toEqual(['PenstockError', 'TaskClient']);
  });
});
