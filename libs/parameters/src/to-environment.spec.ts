import { describe, expect, it } from 'vitest';
import { loadParameters } from './load.js';
import { toEnvironment } from './to-environment.js';

const file = JSON.stringify({
  LB_HTTPPORT: 9_090,
  LB_QUEUED_TTL: '36h',
  WKHUB_WORKERS: [{ nWorkers: 2, minP: -1 }],
  WKHUB_ARGUMENTS: { hello: { greeting: 'hi "you"' } },
  SOCKET_TIMEOUT: 500,
});

/** Loads like a launcher that finds a file and other things in its environment. */
function launched(env: Record<string, string>, ...argv: readonly string[]) {
  return loadParameters('launcher', { argv, env, cwd: '/', readFile: () => file });
}

describe('toEnvironment', () => {
  it('names no file and nothing else when nothing was given', () => {
    const loaded = loadParameters('launcher', { argv: ['-p', 'none'], env: {}, cwd: '/' });
    expect(toEnvironment(loaded)).toEqual({ PENSTOCK_PARAMETERS: 'none' });
  });

  it('writes what was given, without what has no use', () => {
    expect(toEnvironment(launched({ WKHUB_NAME: 'left' }, '--wkhub-watch'))).toEqual({
      LB_HTTPPORT: '9090',
      LB_QUEUED_TTL: '36h',
      WKHUB_WORKERS: '[{"nWorkers":2,"processP":0,"minP":-1}]',
      WKHUB_ARGUMENTS: '{"hello":{"greeting":"hi \\"you\\""}}',
      WKHUB_NAME: 'left',
      WKHUB_WATCH: 'true',
      PENSTOCK_PARAMETERS: 'none',
    });
  });

  it('gives a child the same values, even where a flag brought a default back', () => {
    const env = { LB_HTTPPORT: '9091', PENSTOCK_PARAMETERS: 'other.json' };
    const parent = launched(env, '--lb-httpport', '8080');
    const child = loadParameters('balancer', {
      argv: [],
      env: { ...env, ...toEnvironment(parent) },
      cwd: '/',
      readFile: () => '{"LB_IP": "elsewhere"}',
    });
    expect(child.values).toEqual(parent.values);
    expect(child.values.LB_HTTPPORT).toBe(8_080);
    expect(child.notices).toEqual([]);
  });
});
