import { initTokens } from '@penstock/access';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, type CommandResult } from './support/cli.js';
import { freeClusterPorts, type Ports } from './support/ports.js';
import { startProgram, type Program } from './support/program.js';

const SOON_MS = 10_000;

/** A balancer and a health check that other machines reach, as on a server. Their other ports are not what this is about. */
describe('penstock on a port that asks who calls', () => {
  let folder: string;
  let ports: Ports;
  const programs: Program[] = [];
  /** A command of somebody with this environment. */
  const penstock = (args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> =>
    runCommand(ports, args, '', env);
  const admin = () => ({ PENSTOCK_TOKEN_FILE: join(folder, 'admin', 'token') });
  const tokens = () => ({ PENSTOCK_TOKENS: join(folder, 'tokens') });
  const ownToken = async () => {
    const token = await readFile(admin().PENSTOCK_TOKEN_FILE, 'utf8');
    return { authorization: `Bearer ${token.trim()}` };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'penstock-tokens-'));
    ports = await freeClusterPorts();
    await initTokens(folder);
    const open = {
      ...tokens(),
      PENSTOCK_INSECURE: '1',
      PENSTOCK_DATA: 'none',
      LB_BIND: '0.0.0.0',
      HC_BIND: '0.0.0.0',
    };
    const own = {
      LB_CLIENTPULLPORT: `${ports.client}`,
      LB_WKPULLPORT: `${ports.hub}`,
      LB_HCREPPORT: `${ports.control}`,
      LB_HTTPPORT: `${ports.http}`,
      HC_HTTPPORT: `${ports.health}`,
    };
    programs.push(startProgram('balancer', '@penstock/balancer', { ...own, ...open }));
    programs.push(startProgram('healthcheck', '@penstock/healthcheck', { ...own, ...open }));
    await programs[0]?.line(/LB - READY/);
    await programs[1]?.line(/HC - READY/);
  });

  afterAll(async () => {
    await Promise.all(programs.map((program) => program.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  it('says of a command without a token what it wants', async () => {
    for (const command of ['stats', 'health', 'login'])
      expect(await penstock([command])).toMatchObject({
        code: 4,
        stdout: '',
        stderr: expect.stringMatching(/say who you are: .*PENSTOCK_TOKEN_FILE names the file of a token/),
      });
  });

  it('tells anybody whether a part lives, and whether it is ready those alone who have a token', async () => {
    const { authorization } = await ownToken();
    for (const port of [ports.http, ports.health]) {
      const statusOf = async (path: string, headers = {}): Promise<number> =>
        (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
      expect(await statusOf('/health/live')).toBe(200);
      expect(await statusOf('/health/ready')).toBe(401);
      await expect.poll(() => statusOf('/health/ready', { authorization })).toBe(200);
    }
  });

  it('serves one that has a token, of a file or of the environment', async () => {
    expect(await penstock(['stats', '--json'], admin())).toMatchObject({ code: 0, stderr: '' });
    // No hub is there, which is what the health check finds wrong.
    expect(await penstock(['health', '--json'], admin())).toMatchObject({ code: 1, stderr: '' });
    const made = await penstock(['tokens', 'new', 'screen', '--role', 'viewer'], tokens());
    const PENSTOCK_TOKEN = made.stdout.trim();
    await expect
      .poll(async () => (await penstock(['stats'], { PENSTOCK_TOKEN })).code, { timeout: 3 * SOON_MS })
      .toBe(0);
    expect(await penstock(['rerun', '--all'], { PENSTOCK_TOKEN })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('it takes the role operator or admin'),
    });
  });

  it('prints a link to the page, where that is', async () => {
    const { stdout, stderr } = await penstock(['login', '--role', 'viewer'], {
      ...admin(),
      MONITOR_URL: 'https://penstock.example/',
    });
    expect(stdout).toMatch(/^https:\/\/penstock\.example\/login#[\w-]{32}\n$/);
    expect(stderr).toMatch(/it works once, and signs that browser in as viewer\.\n$/);
  });

  it('makes, lists and revokes tokens, and shows none twice', async () => {
    const made = await penstock(
      ['tokens', 'new', 'shop', '--role', 'client', '--task', 'CHARGE', '--expires', '90d'],
      tokens(),
    );
    expect(made).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^penstock_[\w-]{43}\n$/),
      stderr: '',
    });
    const list = await penstock(['tokens', 'list'], tokens());
    expect(list.stdout).toMatch(/^shop +client +.* ago +in 89 d.* +shop +CHARGE$/m);
    expect(list.stdout).not.toContain(made.stdout.trim());
    expect(await penstock(['tokens', 'new', 'shop', '--role', 'viewer'], tokens())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is a token "shop" already'),
    });
    expect(await penstock(['tokens', 'revoke', 'shop'], tokens())).toMatchObject({ code: 0 });
    expect((await penstock(['tokens', 'list'], tokens())).stdout).not.toContain('shop');
  });

  it.each([
    ['no folder', ['tokens', 'list'], {}, 2, /say with PENSTOCK_TOKENS which folder/],
    ['a folder that is none', ['tokens', 'list'], { PENSTOCK_TOKENS: '/no/such' }, 1, /tokens\.json/],
    [
      'a role that there is not',
      ['tokens', 'new', 'x', '--role', 'root'],
      {},
      2,
      /Allowed choices are viewer, client/,
    ],
    [
      'a name that is none',
      ['tokens', 'new', 'a b', '--role', 'viewer'],
      'ours',
      1,
      /name: expected 1 to 64 letters/,
    ],
    [
      'grants of no client',
      ['tokens', 'new', 'x', '--role', 'viewer', '--task', 'A'],
      'ours',
      2,
      /--role client/,
    ],
    [
      'a token file that is not there',
      ['stats'],
      { PENSTOCK_TOKEN_FILE: '/no/such' },
      2,
      /PENSTOCK_TOKEN_FILE: ENOENT/,
    ],
  ] as const)('says what is wrong with %s', async (_, args, env, code, message) => {
    expect(await penstock(args, env === 'ours' ? tokens() : env)).toMatchObject({
      code,
      stderr: expect.stringMatching(message),
    });
  });

  it('does not start on a list that makes no sense', async () => {
    const broken = await mkdtemp(join(folder, 'broken-'));
    await writeFile(join(broken, 'tokens.json'), '{"tokens":[{"name":"x"}]}');
    const program = startProgram('balancer', '@penstock/balancer', {
      PENSTOCK_TOKENS: broken,
      PENSTOCK_DATA: 'none',
      LB_HTTPPORT: '0',
    });
    await program.line(/^ERROR: .*tokens\.json: tokens\.0\./);
    expect((await program.exited).code).toBe(1);
  });
});
