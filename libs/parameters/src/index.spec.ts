import { describe, expect, it } from 'vitest';
import * as api from './index.js';

describe('the package', () => {
  it('exports what its users need and no more', () => {
    expect(Object.keys(api).sort()).toEqual([
      'ATTACHED_NETWORKS',
      'ParametersError',
      'PortTakenError',
      'asksForHelp',
      'describeSource',
      'flagOf',
      'isLoopback',
      'isParameterName',
      'isUsedBy',
      'loadParameters',
      'parameterNames',
      'parameterTable',
      'parametersOrExit',
      'parseDuration',
      'parts',
      'renderHelp',
      'renderMarkdown',
      'toEnvironment',
      'workerGroups',
      'wrongParametersExitCode',
    ]);
  });
});
