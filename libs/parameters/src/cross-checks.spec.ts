import { describe, expect, it } from 'vitest';
import { ParametersError } from './errors.js';
import { loadParameters } from './load.js';

/** What is wrong with an environment. */
function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadParameters('balancer', { argv: ['--pfile', 'none'], env, cwd: '/' });
    return [];
  } catch (error) {
    if (error instanceof ParametersError) return error.problems;
    throw error;
  }
}

describe('conditions between parameters', () => {
  it('want a time-out of at least three heartbeats', () => {
    expect(problemsOf({ HEARTBEAT_INTERVAL: '1s', HEARTBEAT_TIMEOUT: '3s' })).toEqual([]);
    expect(problemsOf({ HEARTBEAT_INTERVAL: '1s', HEARTBEAT_TIMEOUT: '2999' })).toEqual([
      'HEARTBEAT_TIMEOUT = 2999ms (environment): expected at least 3 times HEARTBEAT_INTERVAL = 1s (environment)',
    ]);
  });

  it('want the largest payload to fit the window and the queue', () => {
    expect(problemsOf({ LB_PAYLOAD_MAX: '64MiB' })).toEqual([]);
    expect(problemsOf({ LB_PAYLOAD_MAX: '65MiB', LB_QUEUE_MAXBYTES: '64MiB' })).toEqual([
      'LB_WINDOW_BYTES = 64MiB (default): expected at least LB_PAYLOAD_MAX = 65MiB (environment)',
      'LB_QUEUE_MAXBYTES = 64MiB (environment): expected at least LB_PAYLOAD_MAX = 65MiB (environment)',
    ]);
  });

  it('want different ports, unless any free port will do', () => {
    expect(problemsOf({ LB_HTTPPORT: '5699' })).toEqual([
      'LB_HTTPPORT = 5699 (environment): expected another port than LB_WKPULLPORT = 5699 (default)',
    ]);
    expect(problemsOf({ LB_HTTPPORT: '0', LB_WKPULLPORT: '0' })).toEqual([]);
  });

  it('want a round of probes to be over when the next one begins', () => {
    expect(problemsOf({ HC_INTERVAL: '500ms' })).toEqual([
      'HC_INTERVAL = 500ms (environment): expected at least HC_TIMEOUT = 1s (default)',
    ]);
  });

  it('say nothing about a value that is wrong by itself', () => {
    expect(problemsOf({ HEARTBEAT_INTERVAL: 'never' })).toHaveLength(1);
  });
});
