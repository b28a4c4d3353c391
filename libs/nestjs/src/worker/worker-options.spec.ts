import { PeerKey } from '@penstock/keys';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hubSettings, type PenstockWorkerOptions } from './worker-options.js';

const settings = (options: Omit<PenstockWorkerOptions, 'context'> = {}) =>
  hubSettings({ context: new URL('file:///tasks.js'), ...options }, 'file:///tasks.js');

describe('the hub that options describe', () => {
  it('is on this machine, with a worker for each processor', () => {
    const { name, endpoint, groups, workers } = settings();
    expect({ name, endpoint }).toEqual({ name: hostname(), endpoint: 'tcp://127.0.0.1:5699' });
    expect(groups).toEqual([
      expect.objectContaining({ kind: 'process', minPriority: null, maxPriority: null, tasks: null }),
    ]);
    expect(workers.source).toEqual({
      loader: expect.stringMatching(/\/context-loader\.js$/),
      argument: 'file:///tasks.js',
    });
  });

  it('is what they say', () => {
    const { endpoint, groups, drainTimeoutMs } = settings({
      host: '::1',
      port: 1234,
      drainTimeoutMs: 5,
      groups: [
        { workers: 2, minPriority: 0, maxPriority: 0, niceness: 10 },
        { inline: 50, tasks: ['fetch'] },
      ],
    });
    expect({ endpoint, drainTimeoutMs }).toEqual({ endpoint: 'tcp://[::1]:1234', drainTimeoutMs: 5 });
    const band = { minPriority: 0, maxPriority: 0, niceness: 10, tasks: null };
    expect(groups).toEqual([
      { name: 'group-1', kind: 'process', slots: 2, ...band },
      {
        name: 'group-2',
        kind: 'inline',
        slots: 50,
        minPriority: null,
        maxPriority: null,
        niceness: 0,
        tasks: ['fetch'],
      },
    ]);
  });

  it('answers probes of other machines where it has a key, or is told to without one', () => {
    const probe = { bind: '0.0.0.0', port: 0, host: '192.0.2.7' };
    const [publicKey, secretKey, balancer] = ['p', 's', 'b'].map((letter) => letter.repeat(40)) as [
      string,
      string,
      string,
    ];
    const key = new PeerKey({
      penstock: 'peer key',
      version: 1,
      name: 'worker',
      role: 'worker',
      publicKey,
      secretKey,
      balancer,
    });
    expect(settings({ probe, key }).probe).toEqual(probe);
    expect(settings({ probe, insecure: true }).probe).toEqual(probe);
    expect(settings({ probe: { ...probe, bind: '127.0.0.2' } }).probe).toBeDefined();
  });

  it.each([
    [{ workers: 0 }, '"workers" is a whole number from 1, not 0'],
    [{ inline: 1.5 }, '"inline" is a whole number from 1, not 1.5'],
    [{ workers: 1, inline: 1 }, 'a group has "workers" or is "inline", not both'],
    [{ niceness: 20 }, '"niceness" is a whole number from 0 to 19, not 20'],
    [{ minPriority: 2, maxPriority: 1 }, 'no priority is from 2 to 1'],
    [{ workers: 2, tasks: [], groups: [{}] }, '"workers", "tasks" beside "groups" says nothing'],
    [{ groups: [] }, '"groups" is an empty list'],
    [{ probe: { bind: '0.0.0.0', port: 0, host: '192.0.2.7' } }, '"probe.bind" is 0.0.0.0: other machines'],
    [{ probe: { bind: '::', port: 0, host: '::1' }, insecure: false }, '"probe.bind" is ::: other machines'],
  ])('cannot be %j', (options, message) => {
    expect(() => settings(options)).toThrow(RangeError);
    expect(() => settings(options)).toThrow(message);
  });
});
