import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readParametersFile } from './file.js';

describe('readParametersFile', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'penstock-parameters-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (path?: string) => readParametersFile(path, folder, (file) => readFileSync(file, 'utf8'));
  const readText = (text: string) => {
    writeFileSync(join(folder, 'some.json'), text);
    return read('some.json');
  };

  it('reads no file where there is none and none was named', () => {
    expect(read()).toEqual({ given: new Map(), problems: [] });
  });

  it('misses a file that was named', () => {
    expect(read('nowhere.json').problems).toEqual(['nowhere.json: there is no such file']);
  });

  it('tells why a file cannot be read', () => {
    expect(read('.').problems).toEqual(['. cannot be read: EISDIR']);
  });

  it('reads parameters.json unless it is told to read none', () => {
    writeFileSync(join(folder, 'parameters.json'), '{"LB_HTTPPORT": 1}');
    expect(read().given.get('LB_HTTPPORT')).toEqual({
      value: 1,
      source: { kind: 'file', path: 'parameters.json' },
    });
    expect(read('none').given.size).toBe(0);
    rmSync(join(folder, 'parameters.json'));
  });

  it('reads a file that begins with a byte order mark', () => {
    expect(readText('\uFEFF{"LB_HTTPPORT": 1}').given.get('LB_HTTPPORT')?.value).toBe(1);
  });

  it('tells line and column of what is no JSON', () => {
    expect(readText('{\n  "LB_HTTPPORT": 1,\n}').problems).toEqual([
      'some.json is not a valid JSON file: line 3, column 1: expected a name in double quotes, found "}"',
    ]);
  });

  it.each([
    ['[]', 'some.json: expected an object of parameters, found []'],
    ['null', 'some.json: expected an object of parameters, found null'],
    ['"LB_IP"', 'some.json: expected an object of parameters, found "LB_IP"'],
  ])('refuses the content %s', (text, problem) => {
    expect(readText(text).problems).toEqual([problem]);
  });

  it('refuses each unknown key, and keeps the others', () => {
    const { given, problems } = readText(
      '{"LB_HTPPORT": 1, "LB_IP": "x", "__proto__": {}, "constructor": 1}',
    );
    expect(problems).toEqual([
      'unknown parameter "LB_HTPPORT" (some.json): did you mean "LB_HTTPPORT"?',
      'unknown parameter "__proto__" (some.json)',
      'unknown parameter "constructor" (some.json)',
    ]);
    expect([...given.keys()]).toEqual(['LB_IP']);
  });
});
