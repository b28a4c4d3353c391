import { describe, expect, it } from 'vitest';
import { parameterNames } from '../table/table.js';
import { flagOf, readCommandLine } from './command-line.js';

/** The values that some arguments give, when they are all right. */
function values(...argv: readonly string[]): Record<string, unknown> {
  const { given, problems } = readCommandLine(argv);
  expect(problems).toEqual([]);
  return Object.fromEntries([...given].map(([name, { value }]) => [name, value]));
}

function problems(...argv: readonly string[]): readonly string[] {
  return readCommandLine(argv).problems;
}

describe('readCommandLine', () => {
  it('takes each flag in both spellings, with a blank or an equals sign', () => {
    const one = { LB_HTTPPORT: '81' };
    expect(values('--LB_HTTPPORT', '81')).toEqual(one);
    expect(values('--LB_HTTPPORT=81')).toEqual(one);
    expect(values('--lb-httpport', '81')).toEqual(one);
    expect(values('--lb-httpport=81')).toEqual(one);
  });

  it('has flags of its own for every parameter', () => {
    expect(new Set(parameterNames.map(flagOf)).size).toBe(parameterNames.length);
    const argv = parameterNames.map((name) => `${flagOf(name)}=x`);
    expect(Object.keys(values(...argv))).toEqual(parameterNames);
  });

  it('takes the last of a flag that is repeated', () => {
    expect(values('--lb-ip', 'a', '--LB_IP', 'b')).toEqual({ LB_IP: 'b' });
  });

  it('takes a negative number for a value', () => {
    expect(values('--LB_QUEING_MAXPERUSER', '-1')).toEqual({ LB_QUEING_MAXPERUSER: '-1' });
  });

  it('takes a bare boolean flag for true, and does not eat what follows', () => {
    expect(values('--wkhub-watch', '--lb-ip', 'a')).toEqual({ WKHUB_WATCH: 'true', LB_IP: 'a' });
    expect(values('--WKHUB_WATCH=false')).toEqual({ WKHUB_WATCH: 'false' });
  });

  it('finds the parameters file and the wish for help', () => {
    expect(readCommandLine(['-p', 'a.json'])).toMatchObject({ file: 'a.json', help: false, problems: [] });
    expect(readCommandLine(['--pfile=b.json', '-h'])).toMatchObject({
      file: 'b.json',
      help: true,
      problems: [],
    });
    expect(readCommandLine(['--help'])).toMatchObject({ file: undefined, help: true, problems: [] });
  });

  it('refuses unknown flags, in the spelling that was tried', () => {
    expect(problems('--LB_HTPPORT', '81')).toEqual([
      'unknown parameter "--LB_HTPPORT" (command line): did you mean "--LB_HTTPPORT"?',
    ]);
    expect(problems('--lb-htpport=81')).toEqual([
      'unknown parameter "--lb-htpport" (command line): did you mean "--lb-httpport"?',
    ]);
    expect(problems('--constructor', '-x')).toEqual([
      'unknown parameter "--constructor" (command line)',
      'unknown parameter "-x" (command line)',
    ]);
  });

  it('misses values', () => {
    expect(problems('--lb-ip')).toEqual(['--lb-ip (command line): expected a value']);
    expect(problems('-p')).toEqual(['-p (command line): expected a value']);
    expect(problems('--lb-ip', '--lb-httpport', '81')).toEqual([
      '--lb-ip (command line): expected a value, found the flag --lb-httpport',
    ]);
  });

  it('refuses arguments that are no flags', () => {
    expect(problems('start', '--lb-ip', 'a', '--', 'b')).toEqual([
      'unexpected argument "start" (command line)',
      'unexpected argument "b" (command line)',
    ]);
  });
});
