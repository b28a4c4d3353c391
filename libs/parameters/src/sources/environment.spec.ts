import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.js';

describe('readEnvironment', () => {
  it('takes the variables that are parameters', () => {
    const { given, problems } = readEnvironment({ LB_HTTPPORT: '81', LOG_LEVEL: 'debug', PATH: '/bin' });
    expect(problems).toEqual([]);
    expect(given.get('LB_HTTPPORT')).toEqual({ value: '81', source: { kind: 'environment' } });
    expect([...given.keys()]).toEqual(['LB_HTTPPORT', 'LOG_LEVEL']);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readEnvironment({ LB_HTTPPORT: '', LB_TYPO: '', LB_IP: undefined })).toEqual({
      given: new Map(),
      problems: [],
    });
  });

  it('refuses unknown variables with a prefix of its own, and leaves those of others alone', () => {
    const env = {
      LB_HTPPORT: '1',
      WKHUB_SHOE_SIZE: '2',
      LOG_FILE: 'x',
      HEARTBEAT_URL: 'y',
      MONITOR_ID: 'z',
      LBX: '3',
    };
    expect(readEnvironment(env).problems).toEqual([
      'unknown parameter "LB_HTPPORT" (environment): did you mean "LB_HTTPPORT"?',
      'unknown parameter "WKHUB_SHOE_SIZE" (environment)',
    ]);
  });
});
