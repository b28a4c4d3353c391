import { describe, expect, it } from 'vitest';
import type { App } from './app.js';
import { loadParameters } from './load.js';

function notices(app: App, env: Record<string, string>, ...argv: readonly string[]): readonly string[] {
  return loadParameters(app, { argv: ['--pfile', 'none', ...argv], env, cwd: '/' }).notices;
}

describe('notices', () => {
  it('tell of a flag that is for another app', () => {
    expect(notices('balancer', {}, '--wkhub-watch')).toEqual([
      'WKHUB_WATCH (command line) has no use here: it is for worker-hub',
    ]);
    expect(notices('worker-hub', {}, '--wkhub-watch')).toEqual([]);
    expect(notices('launcher', {}, '--wkhub-watch')).toEqual([]);
  });

  it('do not tell of a variable that is for another app: all share the environment', () => {
    expect(notices('balancer', { WKHUB_WATCH: 'true' })).toEqual([]);
  });

  it('tell of a balancer that others are to dial but cannot reach', () => {
    const [notice] = notices('balancer', { LB_IP: '10.0.0.5' });
    expect(notice).toMatch(/^LB_IP = 10\.0\.0\.5 .* listens on 127\.0\.0\.1 alone: set LB_BIND/);
    expect(notices('launcher', { LB_IP: '10.0.0.5' })).toHaveLength(1);
  });

  it.each([
    ['balancer', { LB_IP: '10.0.0.5', LB_BIND: '127.0.0.1' }],
    ['balancer', { LB_IP: 'localhost' }],
    ['worker-hub', { LB_IP: '10.0.0.5' }],
  ] as const)('find nothing to say to the %s about %j', (app, env) => {
    expect(notices(app, env)).toEqual([]);
  });
});
