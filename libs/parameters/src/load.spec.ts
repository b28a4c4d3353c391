import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ParametersError } from './errors.js';
import { loadParameters, type LoadOptions } from './load.js';
import { parameterNames, parameterOf } from './table/table.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'penstock-parameters-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const load = (options: Partial<LoadOptions> = {}) =>
  loadParameters('balancer', { argv: [], env: {}, cwd, ...options });
const writeFile = (content: unknown, name = 'parameters.json') =>
  writeFileSync(join(cwd, name), JSON.stringify(content));

function problemsOf(options: Partial<LoadOptions>): readonly string[] {
  try {
    load(options);
  } catch (error) {
    if (error instanceof ParametersError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadParameters', () => {
  it('gives every default where nothing is set', () => {
    const { values, sources, notices } = load();
    expect(values).toEqual(
      Object.fromEntries(parameterNames.map((name) => [name, parameterOf(name).defaultValue])),
    );
    expect(new Set(Object.values(sources).map(({ kind }) => kind))).toEqual(new Set(['default']));
    expect(notices).toEqual([]);
  });

  it('resolves durations to milliseconds and sizes to bytes', () => {
    expect(load().values).toMatchObject({
      LB_QUEUED_TTL: 172_800_000,
      LB_FINISHED_TTL: 600_000,
      LB_COLLECTED_TTL: 60_000,
      LB_CANCELLED_TTL: 120_000,
      HEARTBEAT_INTERVAL: 1_000,
      LB_PAYLOAD_MAX: 16_777_216,
      LB_QUEUE_MAXBYTES: 1_073_741_824,
      WKHUB_PREFETCH_MS: 20,
    });
  });

  it('lets the command line overrule the environment, that the file, and that the default', () => {
    writeFile({ LB_HTTPPORT: 1, LB_HCREPPORT: 1_001, LB_WKPULLPORT: 2_001 });
    const { values, sources } = load({
      env: { LB_HTTPPORT: '2', LB_HCREPPORT: '1002' },
      argv: ['--LB_HTTPPORT', '3'],
    });
    expect(values).toMatchObject({
      LB_HTTPPORT: 3,
      LB_HCREPPORT: 1_002,
      LB_WKPULLPORT: 2_001,
      LB_CLIENTPULLPORT: 5_799,
    });
    expect(sources).toMatchObject({
      LB_HTTPPORT: { kind: 'command line' },
      LB_HCREPPORT: { kind: 'environment' },
      LB_WKPULLPORT: { kind: 'file', path: 'parameters.json' },
      LB_CLIENTPULLPORT: { kind: 'default' },
    });
  });

  it('takes the file of the command line before that of the environment before parameters.json', () => {
    writeFile({ LB_HTTPPORT: 1 });
    writeFile({ LB_HTTPPORT: 2 }, 'environment.json');
    writeFile({ LB_HTTPPORT: 3 }, 'flag.json');
    const env = { PENSTOCK_PARAMETERS: 'environment.json' };
    const port = (options: Partial<LoadOptions>) => load(options).values.LB_HTTPPORT;
    expect(port({})).toBe(1);
    expect(port({ env })).toBe(2);
    expect(port({ env, argv: ['-p', 'flag.json'] })).toBe(3);
    expect(port({ argv: ['--pfile', join(cwd, 'flag.json')] })).toBe(3);
    expect(port({ env: { PENSTOCK_PARAMETERS: '' } })).toBe(1);
    expect(port({ env: { PENSTOCK_PARAMETERS: 'none' } })).toBe(8_080);
  });

  it('accepts a file of pyLoadBalancer as it is, and says what has no use', () => {
    writeFile({
      SOCKET_TIMEOUT: 500,
      LB_IP: '127.0.0.1',
      LB_WKPULLPORT: 5_699,
      LB_HCREPPORT: 5_999,
      LB_CLIENTPULLPORT: 5_799,
      LB_QUEING_MAXPERUSER: 0,
      WKHUB_IP: '127.0.0.1',
      WKHUB_LBPORT: 8_300,
      WKHUB_HCPORT: 8_301,
      WKHUB_WORKERS: [
        { nWorkers: 4, minP: 0, maxP: 9, processP: 10 },
        { nWorkers: 4, minP: 10, maxP: 99, processP: 0 },
        { nWorkers: 4, minP: 100, maxP: 1_000, processP: 0 },
      ],
      MONITOR_IP: '127.0.0.1',
      MONITOR_PORT: 9_000,
    });
    const { values, notices } = load();
    expect(values.LB_QUEING_MAXPERUSER).toBe(0);
    expect(values.WKHUB_WORKERS.map(({ maxP }) => maxP)).toEqual([9, 99, 1_000]);
    expect(notices).toContain(
      'WKHUB_LBPORT (parameters.json) is accepted but has no use: worker hubs dial the balancer and take tasks over that connection',
    );
    expect(notices.map((notice) => notice.split(' ')[0])).toEqual(['SOCKET_TIMEOUT', 'WKHUB_LBPORT']);
  });

  it('tells all mistakes of all sources at once', () => {
    writeFile({
      LB_HTPPORT: 1,
      WKHUB_WORKERS: [{ nWorkers: 4 }, { nWorkers: 0 }],
      LB_IP: null,
      LB_USERS_MAX: 0,
    });
    const env = { LB_HTTPPORT: '80x80', HEARTBEAT_INTERVAL: '4s', LB_USERS_MAX: '5' };
    expect(problemsOf({ env, argv: ['--log-level', 'loud'] })).toEqual([
      'unknown parameter "LB_HTPPORT" (parameters.json): did you mean "LB_HTTPPORT"?',
      'LB_IP = null (parameters.json): expected a host name or an IP address, without scheme or port',
      'LB_HTTPPORT = "80x80" (environment): expected a port, 0 to 65535',
      'LOG_LEVEL = "loud" (command line): expected one of fatal, error, warn, info, debug, trace',
      'WKHUB_WORKERS[1].nWorkers = 0 (parameters.json): expected a whole number, 1 to 1024',
      'HEARTBEAT_TIMEOUT = 10s (default): expected at least 3 times HEARTBEAT_INTERVAL = 4s (environment)',
    ]);
  });

  it('has a message with one line for each mistake', () => {
    expect(() => load({ env: { LB_HTTPPORT: 'x', LB_IP: ':' } })).toThrow(
      [
        '2 mistakes in the parameters:',
        '  LB_IP = ":" (environment): expected a host name or an IP address, without scheme or port',
        '  LB_HTTPPORT = "x" (environment): expected a port, 0 to 65535',
      ].join('\n'),
    );
  });

  it('cuts off long values in its lines', () => {
    const [problem] = problemsOf({ env: { LB_HTTPHOSTS: 'x'.repeat(10_000) } });
    expect(problem?.length).toBeLessThan(200);
  });

  it('says that a key is missing rather than wrong', () => {
    expect(problemsOf({ env: { WKHUB_WORKERS: '[{}]' } })).toEqual([
      'WKHUB_WORKERS[0].nWorkers is missing (environment): expected a whole number, 1 to 1024',
    ]);
  });

  it('takes a text of a file for what it would mean in the environment', () => {
    writeFile({ LB_HTTPPORT: '81', LB_QUEUED_TTL: '1h' });
    expect(load().values).toMatchObject({ LB_HTTPPORT: 81, LB_QUEUED_TTL: 3_600_000 });
  });

  it('freezes what it gives, to the bottom', () => {
    const { values, sources, notices } = load({ env: { WKHUB_ARGUMENTS: '{"a": {"b": [1]}}' } });
    expect([values, sources, notices, values.WKHUB_ARGUMENTS['a']?.['b']].every(Object.isFrozen)).toBe(true);
    expect(Object.isFrozen(values.WKHUB_WORKERS)).toBe(true);
  });

  it('reads files through the function it is given', () => {
    const paths: string[] = [];
    const readFile = (path: string) => {
      paths.push(path);
      return '{"LB_HTTPPORT": 81}';
    };
    expect(load({ readFile }).values.LB_HTTPPORT).toBe(81);
    expect(paths).toEqual([join(cwd, 'parameters.json')]);
  });
});
