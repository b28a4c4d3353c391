import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SeenOutcome } from '../../test/fake-balancer.js';
import { startHub } from '../../test/hub-under-test.js';
import { ConfinementError, processShapes, type Confinement } from './confinement.js';

const probe = `import { execFileSync } from 'node:child_process';
  import { existsSync, linkSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { join } from 'node:path';
  import { Worker } from 'node:worker_threads';
  import { defineTask } from '@penstock/worker';
  const temporary = () => mkdtempSync(join(tmpdir(), 'penstock-task-'));
  const deeds = {
    read: (path) => readFileSync(path, 'utf8'),
    'read through /proc': (path) => readFileSync('/proc/self/root' + path, 'utf8'),
    'read the hub': () => readFileSync('/proc/' + process.ppid + '/environ', 'utf8'),
    link: (path) => { const to = join(temporary(), 'l'); linkSync(path, to); return readFileSync(to, 'utf8'); },
    symlink: (path) => { const to = join(temporary(), 'l'); symlinkSync(path, to); return readFileSync(to, 'utf8'); },
    spawn: (path) => execFileSync('cat', [path]).toString(),
    thread: () => String(new Worker('1', { eval: true }).threadId),
    write: (path) => writeFileSync(path, 'changed'),
    'write a temporary file': () => { const to = join(temporary(), 'f'); writeFileSync(to, 'x'); return readFileSync(to, 'utf8'); },
    environment: () => Object.keys(process.env),
  };
  export default defineTask({ name: 'does', run: ({ deed, path }) => deeds[deed](path) });`;

const source = { folder: '/nowhere/tasks' };
const strict: Confinement = { read: [], write: [], allow: [], variables: [] };

let folder: string;
let secret: string;

beforeEach(() => {
  // Not among temporary files, which handlers may read.
  folder = mkdtempSync(join(homedir(), '.penstock-keys-'));
  secret = join(folder, 'peer.key');
  writeFileSync(secret, 'the key');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('a confined handler', () => {
  /** What becomes of some deeds, in one hub. */
  async function outcomes(confinement: Confinement, ...deeds: readonly string[]) {
    vi.stubEnv('PENSTOCK_KEY', secret).stubEnv('SOME_PASSWORD', 'x').stubEnv('SOME_URL', 'y');
    const { balancer } = await startHub({ files: { 'does.ts': probe }, confinement });
    await balancer.window(1);
    const found: SeenOutcome[] = [];
    for (const deed of deeds) {
      const taskId = balancer.sendOne({ name: 'does', payload: { deed, path: secret } });
      found.push(await balancer.outcomeOf(taskId));
    }
    return found;
  }

  it('cannot reach a key of the hub, whatever it tries', async () => {
    const ways = [
      'read',
      'read through /proc',
      'read the hub',
      'link',
      'symlink',
      'spawn',
      'thread',
      'write',
    ];
    for (const [index, { value }] of (await outcomes(strict, ...ways)).entries()) {
      const denied = { code: 'ERR_ACCESS_DENIED', message: expect.stringContaining('WKHUB_READ') as string };
      expect({ way: ways[index], value }).toEqual({
        way: ways[index],
        value: expect.objectContaining(denied) as unknown,
      });
    }
  });

  it('has temporary files, and the variables that programs need and those that it was given', async () => {
    const given = { ...strict, variables: ['SOME_URL', 'PENSTOCK_KEY'] };
    const [file, environment] = await outcomes(given, 'write a temporary file', 'environment');
    expect(file).toMatchObject({ status: 'done', value: 'x' });
    expect(environment?.value).toEqual(expect.arrayContaining(['PATH', 'SOME_URL']));
    expect(environment?.value).not.toContain('SOME_PASSWORD');
    expect(environment?.value).not.toContain('PENSTOCK_KEY');
  });

  it('may do what it was allowed to', async () => {
    const free = { ...strict, write: [folder], allow: ['child-process'] } as const;
    const [read, write, spawned] = await outcomes(free, 'read', 'write', 'spawn');
    expect(read).toMatchObject({ status: 'done', value: 'the key' });
    expect(write).toMatchObject({ status: 'done' });
    expect(spawned).toMatchObject({ status: 'done', value: 'changed' });
  });

  it('may read where it may not write', async () => {
    const [read, write] = await outcomes({ ...strict, read: [folder] }, 'read', 'write');
    expect(read).toMatchObject({ status: 'done', value: 'the key' });
    expect(write).toMatchObject({ status: 'failed' });
  });
});

describe('the shape of a process', () => {
  it('without confinement is the environment of the hub without what tells of its secrets', () => {
    const { environment, execArgv } = processShapes(source, {
      environment: { A: '1', PENSTOCK_KEY: 'k' },
    })({});
    expect(environment).toEqual({ A: '1' });
    expect(execArgv).not.toContain('--permission');
  });

  it.each([
    ['read', { ...strict, read: ['%'] }],
    ['write', { ...strict, write: ['%'] }],
  ] as const)('is none when handlers might %s a secret', (_how, { read, write }) => {
    const here = (paths: readonly string[]): string[] => paths.map(() => folder);
    const confinement = { ...strict, read: here(read), write: here(write) };
    expect(() => processShapes(source, { confinement, secrets: [secret] })).toThrow(ConfinementError);
    expect(() => processShapes(source, { confinement: strict, secrets: [secret] })).not.toThrow();
  });

  it('is none when a secret lies among temporary files or tasks', () => {
    for (const secret of [join(tmpdir(), 'peer.key'), '/nowhere/tasks/peer.key']) {
      expect(() => processShapes(source, { confinement: strict, secrets: [secret] })).toThrow(
        ConfinementError,
      );
    }
  });
});
