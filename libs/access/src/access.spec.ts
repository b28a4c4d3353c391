import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Access, type AccessOptions, type Credentials } from './access.js';
import { LOGIN_CODE_MS } from './login-codes.js';
import type { RefusedError } from './refused-error.js';
import { TokensFolder } from './tokens-folder.js';

const HOUR_MS = 3_600_000;
const SOON_MS = 10_000;
const nobody: Credentials = {
  token: undefined,
  session: undefined,
  isBrowser: false,
  isForwarded: false,
  address: 'here',
};

async function newFolder(): Promise<TokensFolder> {
  const root = await mkdtemp(join(tmpdir(), 'penstock-access-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = new TokensFolder(join(root, 'tokens'));
  await folder.init();
  return folder;
}

/** A door that others reach, whose time stands still. */
function door(own: Partial<AccessOptions> = {}) {
  const clock = { now: Date.parse('2026-06-01') };
  const problems: string[] = [];
  const changes: string[] = [];
  const access = new Access({
    openTo: 'nobody',
    now: () => clock.now,
    onProblem: (problem) => problems.push(problem),
    onTokenChanged: (change) => changes.push(change),
    ...own,
  });
  onTestFinished(() => access.close());
  const reasonFor = (credentials: Partial<Credentials>): string => {
    try {
      return `let in: ${access.identify({ ...nobody, ...credentials }).name}`;
    } catch (error) {
      return (error as RefusedError).reason;
    }
  };
  return { access, clock, problems, changes, reasonFor };
}

describe('a door on loopback', () => {
  it('is open to programs, and to nothing that a browser or a proxy sends', () => {
    const { reasonFor } = door({ openTo: 'programs' });
    expect(reasonFor({})).toBe('let in: local');
    expect(reasonFor({ isBrowser: true })).toBe('no_credentials');
    expect(reasonFor({ isForwarded: true })).toBe('no_credentials');
  });

  it('believes no token that it cannot check', () => {
    expect(door({ openTo: 'programs' }).reasonFor({ token: 'any' })).toBe('wrong_token');
  });

  it('lets browsers in without a folder, for as long as it runs', () => {
    const { access, reasonFor } = door({ openTo: 'programs' });
    const { code } = access.invite(access.identify(nobody), undefined);
    const { cookie } = access.enter(code, 'here', HOUR_MS);
    expect(reasonFor({ session: cookie, isBrowser: true })).toBe('let in: local');
    expect(door({ openTo: 'programs' }).reasonFor({ session: cookie, isBrowser: true })).toBe(
      'wrong_session',
    );
  });
});

describe('a door that somebody has left open by name', () => {
  it('is open to everybody, and yet believes no token that it cannot check', () => {
    const { reasonFor } = door({ openTo: 'everybody' });
    expect(reasonFor({ isBrowser: true, isForwarded: true })).toBe('let in: anybody');
    expect(reasonFor({ token: 'any' })).toBe('wrong_token');
  });
});

describe('a token', () => {
  it('holds until it expires, to the millisecond', async () => {
    const folder = await newFolder();
    const expiresAt = new Date('2026-06-01T01:00:00Z');
    const token = await folder.add({ name: 'ops', role: 'operator', expiresAt });
    const { clock, reasonFor } = door({ folder: folder.path });
    clock.now = expiresAt.getTime() - 1;
    expect(reasonFor({ token })).toBe('let in: ops');
    clock.now = expiresAt.getTime();
    expect(reasonFor({ token })).toBe('expired_token');
  });

  it('goes on to hold while somebody writes nonsense into the list, which is told', async () => {
    const folder = await newFolder();
    const token = await folder.add({ name: 'ops', role: 'operator' });
    const { problems, reasonFor } = door({ folder: folder.path });
    await writeFile(join(folder.path, 'tokens.json'), 'nonsense');
    await expect
      .poll(() => problems, { timeout: SOON_MS })
      .toEqual([expect.stringMatching(/stays as it was: it is no JSON$/)]);
    expect(reasonFor({ token })).toBe('let in: ops');
    await rename(join(folder.path, 'tokens.json'), join(folder.path, 'gone'));
    await expect.poll(() => problems.length, { timeout: SOON_MS }).toBe(2);
    expect(reasonFor({ token })).toBe('let in: ops');
  });

  it('that is added or changed is told, with what was and what is', async () => {
    const folder = await newFolder();
    await folder.add({ name: 'shop', role: 'client', tasks: ['CHARGE'] });
    const { changes } = door({ folder: folder.path });
    const list = join(folder.path, 'tokens.json');
    const text = await readFile(list, 'utf8');
    await writeFile(list, text.replace('"client"', '"admin"').replace('"CHARGE"', '"CHARGE", "REFUND"'));
    await expect
      .poll(() => changes, { timeout: SOON_MS })
      .toEqual([
        'the token "shop" was changed: role client → admin; users shop → all; tasks CHARGE → CHARGE, REFUND',
      ]);
    await folder.add({ name: 'ops', role: 'operator' });
    await expect
      .poll(() => changes.at(-1), { timeout: SOON_MS })
      .toBe('the token "ops" was added: role operator; users all; tasks all; expires never');
  });

  it('keeps a program from starting whose list is not there', () => {
    expect(() => door({ folder: '/no/such/folder' })).toThrow(
      /no such file; "penstock tokens init" makes one/,
    );
  });
});

describe('a login code', () => {
  it('is of use once, and not for long', () => {
    const { access, clock } = door({ openTo: 'programs' });
    const local = access.identify(nobody);
    const late = access.invite(local, 'viewer').code;
    clock.now += LOGIN_CODE_MS;
    expect(() => access.enter(late, 'here', HOUR_MS)).toThrow(/used already, or has run out/);
    const { code } = access.invite(local, 'viewer');
    access.enter(code, 'here', HOUR_MS);
    expect(() => access.enter(code, 'here', HOUR_MS)).toThrow(/used already, or has run out/);
  });

  it('is of no use when who made it is let in no more', async () => {
    const folder = await newFolder();
    const token = await folder.add({ name: 'ops', role: 'operator' });
    const { access, reasonFor } = door({ folder: folder.path });
    const { code } = access.invite(access.identify({ ...nobody, token }), undefined);
    await folder.revoke('ops');
    await expect
      .poll(() => reasonFor({ token, address: 'elsewhere' }), { timeout: SOON_MS })
      .toBe('wrong_token');
    expect(() => access.enter(code, 'here', HOUR_MS)).toThrow(/is not let in any more/);
  });
});

describe('a session', () => {
  it('lasts as long as it was given', () => {
    const { access, clock, reasonFor } = door({ openTo: 'programs' });
    const { cookie } = access.enter(access.invite(access.identify(nobody), 'viewer').code, 'here', HOUR_MS);
    clock.now += HOUR_MS - 1;
    expect(reasonFor({ session: cookie })).toBe('let in: local');
    clock.now += 1;
    expect(reasonFor({ session: cookie })).toBe('ended_session');
  });

  it('that was signed out has ended for all programs of the folder, and after a restart', async () => {
    const { path: folder } = await newFolder();
    const one = door({ folder, openTo: 'programs' });
    const other = door({ folder });
    const { cookie, caller } = one.access.enter(
      one.access.invite(one.access.identify(nobody), 'admin').code,
      'here',
      HOUR_MS,
    );
    expect(other.reasonFor({ session: cookie })).toBe('let in: local');
    one.access.leave(caller);
    expect(one.reasonFor({ session: cookie })).toBe('ended_session');
    await expect.poll(() => other.reasonFor({ session: cookie }), { timeout: SOON_MS }).toBe('ended_session');
    expect(door({ folder }).reasonFor({ session: cookie })).toBe('ended_session');
  });

  it('that has ended is not held against anybody', () => {
    const { access, clock, reasonFor } = door({ openTo: 'programs' });
    const { cookie } = access.enter(access.invite(access.identify(nobody), 'viewer').code, 'here', HOUR_MS);
    clock.now += HOUR_MS;
    for (let asked = 0; asked < 20; asked++) expect(reasonFor({ session: cookie })).toBe('ended_session');
  });
});

describe('who guesses', () => {
  it('gets one attempt back every six seconds, however many there were', () => {
    const { clock, reasonFor } = door();
    for (let guess = 0; guess < 10; guess++) expect(reasonFor({ token: `${guess}` })).toBe('wrong_token');
    for (let guess = 0; guess < 50; guess++) expect(reasonFor({ token: `${guess}` })).toBe('attempts');
    clock.now += 6_000;
    expect(reasonFor({ token: 'again' })).toBe('wrong_token');
    expect(reasonFor({ token: 'again' })).toBe('attempts');
  });

  it('has no more attempts for having many addresses', () => {
    const { reasonFor } = door();
    const reasons = Array.from({ length: 400 }, (_, guess) =>
      reasonFor({ token: 'x', address: `192.0.2.${guess}` }),
    );
    expect(reasons.filter((reason) => reason === 'wrong_token')).toHaveLength(300);
  });
});
