import { describe, expect, it } from 'vitest';
import type { App } from './app.js';
import { ParametersError } from './errors.js';
import { loadParameters } from './load.js';

/** What is wrong with a start. */
function problemsOf(app: App, env: Record<string, string>, ...argv: readonly string[]): readonly string[] {
  try {
    loadParameters(app, { argv: ['--pfile', 'none', ...argv], env, cwd: '/' });
    return [];
  } catch (error) {
    if (error instanceof ParametersError) return error.problems;
    throw error;
  }
}

describe('a port that other machines can reach', () => {
  it('is refused without keys, with what to do', () => {
    const [problem, ...others] = problemsOf('balancer', { LB_BIND: '0.0.0.0', PENSTOCK_TOKENS: 'tokens' });
    expect(problem).toMatch(
      /^LB_BIND = 0\.0\.0\.0 \(environment\): .*penstock keys init.*PENSTOCK_KEYS.*--insecure/,
    );
    expect(others).toEqual([]);
    expect(problemsOf('worker-hub', { WKHUB_BIND: '::' })).toEqual([
      expect.stringMatching(/^WKHUB_BIND = :: .*PENSTOCK_KEY to the file of a key with the role worker/),
    ]);
    expect(problemsOf('launcher', { LB_BIND: '192.0.2.1', WKHUB_BIND: '192.0.2.1' })).toHaveLength(2);
  });

  it('is refused without tokens where it speaks HTTP, but by the launcher, which makes some', () => {
    const wanted = [expect.stringMatching(/^LB_BIND = .*penstock tokens init.*PENSTOCK_TOKENS.*--insecure/)];
    expect(problemsOf('balancer', { LB_BIND: '0.0.0.0', PENSTOCK_KEYS: 'keys' })).toEqual(wanted);
    expect(problemsOf('healthcheck', { HC_BIND: '0.0.0.0' })).toEqual([
      expect.stringMatching(/^HC_BIND = .*PENSTOCK_TOKENS/),
    ]);
    expect(problemsOf('launcher', { LB_BIND: '0.0.0.0', HC_BIND: '0.0.0.0', PENSTOCK_KEYS: 'keys' })).toEqual(
      [],
    );
  });

  it.each([
    [
      'with keys and tokens',
      'balancer',
      { LB_BIND: '0.0.0.0', PENSTOCK_KEYS: 'keys', PENSTOCK_TOKENS: 'tokens' },
    ],
    ['with a key', 'worker-hub', { WKHUB_BIND: '0.0.0.0', PENSTOCK_KEY: 'peer.key' }],
    [
      "with the keys beside the balancer's",
      'launcher',
      { LB_BIND: '0.0.0.0', WKHUB_BIND: '0.0.0.0', PENSTOCK_KEYS: 'keys' },
    ],
    ['to whoever says so by name', 'balancer', { LB_BIND: '0.0.0.0', PENSTOCK_INSECURE: '1' }],
    ['to who does not bind it', 'client', { LB_BIND: '0.0.0.0', WKHUB_BIND: '0.0.0.0' }],
    ['on the loopback', 'balancer', { LB_BIND: '127.0.0.2' }],
  ] as const)('is no trouble %s', (_, app, env) => {
    expect(problemsOf(app, env)).toEqual([]);
  });

  it('may be opened by a flag of its own', () => {
    expect(problemsOf('balancer', { LB_BIND: '0.0.0.0' }, '--insecure')).toEqual([]);
    expect(problemsOf('balancer', { LB_BIND: '0.0.0.0' }, '--insecure=false')).toHaveLength(2);
  });
});
