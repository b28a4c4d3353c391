import { ConfinementError } from '@penstock/hub';
import { initKeys } from '@penstock/keys';
import { loadParameters } from '@penstock/parameters';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hubSettings } from './hub-settings.js';

function settings(environment: Readonly<Record<string, string>>) {
  const { values } = loadParameters('worker-hub', { argv: [], env: environment, cwd: '/nowhere' });
  return hubSettings(values, '/nowhere', 0);
}

function isConfined(environment: Readonly<Record<string, string>>): boolean {
  return settings(environment).workers.shapeOf?.({}).execArgv.includes('--permission') === true;
}

/** The key of a worker, below `folder`. */
function keyBelow(folder: string): string {
  const keys = mkdtempSync(join(folder, '.penstock-keys-'));
  onTestFinished(() => rmSync(keys, { recursive: true }));
  initKeys(keys);
  return join(keys, 'worker', 'peer.key');
}

describe('the handlers of a hub are confined', () => {
  it('where it has a key, or where that is said', () => {
    const PENSTOCK_KEY = keyBelow(homedir());
    expect(isConfined({})).toBe(false);
    expect(isConfined({ WKHUB_CONFINE: 'true' })).toBe(true);
    expect(isConfined({ PENSTOCK_KEY })).toBe(true);
    expect(isConfined({ PENSTOCK_KEY, WKHUB_CONFINE: 'false' })).toBe(false);
  });

  it('to files that do not hold the key', () => {
    expect(() => settings({ PENSTOCK_KEY: keyBelow(tmpdir()) })).toThrow(ConfinementError);
    const key = keyBelow(homedir());
    expect(() => settings({ PENSTOCK_KEY: key, WKHUB_READ: JSON.stringify([homedir()]) })).toThrow(
      ConfinementError,
    );
  });

  it('to files that are none of its tokens', () => {
    const keys = join(keyBelow(homedir()), '..', '..');
    const PENSTOCK_TOKENS = join(keys, 'tokens');
    const reads = (path: string) => ({
      WKHUB_CONFINE: 'true',
      PENSTOCK_TOKENS,
      WKHUB_READ: JSON.stringify([path]),
    });
    expect(() => settings(reads(keys))).toThrow(ConfinementError);
    expect(() => settings(reads(join(PENSTOCK_TOKENS, 'sessions.key')))).toThrow(ConfinementError);
    expect(() => settings(reads(join(keys, 'other')))).not.toThrow();
  });

  it('unless they run in its own process: that must be said', () => {
    const WKHUB_WORKERS = '[{"inline": true, "concurrency": 2}]';
    const PENSTOCK_KEY = keyBelow(homedir());
    expect(() => settings({ WKHUB_WORKERS, PENSTOCK_KEY })).toThrow('WKHUB_CONFINE=false');
    expect(() => settings({ WKHUB_WORKERS, PENSTOCK_KEY, WKHUB_CONFINE: 'false' })).not.toThrow();
  });
});

describe('task files are isolated', () => {
  it('as the parameters say', () => {
    const { workers } = settings({ WKHUB_NO_NETWORK: '["*"]', WKHUB_NO_FILES: '["a.ts", "b.ts"]' });
    expect(workers.imposed).toEqual({ network: ['*'], files: ['a.ts', 'b.ts'] });
  });

  it('in a network of their own, unless that of the hub leads nowhere', () => {
    const launcher = (environment: Readonly<Record<string, string>>) =>
      settings(environment).workers.shapeOf?.({ network: 'none' }).launcher;
    expect(launcher({})).toContain('--net');
    expect(launcher({ WKHUB_NETNS: 'false' })).toEqual([]);
  });
});
