import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AppOptions } from '../../test/apps/main.js';
import { Balancer } from '../../test/balancer.js';
import { Program } from '../../test/program.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const john = { firstName: 'John', lastName: 'Doe' };

let balancer: Balancer;

/** Decorators are for the compiler: these applications are built, as those of users are. */
beforeAll(async () => {
  const tsc = path('../../node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', path('../../test/apps/tsconfig.json')]);
  balancer = await Balancer.start();
});

afterAll(() => balancer.program.stop());

function app(options: AppOptions): Program {
  const program = new Program(path('../../test/apps/dist/main.js'), [JSON.stringify(options)]);
  onTestFinished(() => program.stop());
  return program;
}

/** An application that has workers for the balancer, and a client of that. */
async function start(options: Partial<AppOptions> = { workers: 1 }) {
  const program = app({ context: 'greetings', port: balancer.hubPort, ...options });
  await program.line(/the application has started/);
  await program.line(/HUB - READY/);
  return { program, client: balancer.client() };
}

/** What a task connects to, to be told when it may end. */
async function holder() {
  const { promise: connected, resolve } = Promise.withResolvers<Socket>();
  const server = createServer(resolve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    (await connected).destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connected };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that is dead and not yet fetched answers as well.
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}

describe('an application that is a worker hub', () => {
  it('runs methods in processes that boot the module they were told, and no hubs of their own', async () => {
    const { client, program } = await start();
    expect(await client.submit('HELLO', john).result()).toBe('Hello John Doe !');
    const { pid, isMainThread, modules } = (await client.submit('where', null).result()) as {
      pid: number;
      isMainThread: boolean;
      modules: string[];
    };
    expect(pid).not.toBe(program.pid);
    expect(isMainThread).toBe(true);
    expect(modules).toContain('GreetingsModule');
    expect(modules).not.toContain('AppModule');
    const hubs = await balancer.hubs();
    expect(hubs.map(({ name, groups }) => [name, groups.length])).toEqual([['hub-0', 1]]);

    // It logs as the application does, and leaves that its logger.
    const greeting = await program.line(/greeting John/);
    expect(greeting).toMatch(/^\[Nest\] .* LOG \[Penstock\] worker_\w+: \[Greetings\] greeting John/);
    expect(await program.line(/the application has started/)).toMatch(/^\[Nest\] .* LOG \[App\]/);
    const about = (word: string) => program.lines.filter((line) => line.includes(word));
    expect(about('HUB - STARTING')).toHaveLength(1);
  });

  it('runs them inline, in a thread of its own process', async () => {
    const { client, program } = await start({ inline: 8, isAsync: true });
    const where = await client.submit('where', null).result();
    expect(where).toMatchObject({ pid: program.pid, isMainThread: false });
    const { port, connected } = await holder();
    const held = client.submit('held', port);
    const socket = await connected;
    expect(await client.submit('HELLO', john).result(), 'while another one runs').toBe('Hello John Doe !');
    socket.write('let go');
    expect(await held.result()).toBe('let go');
  });

  it.each([
    { title: 'of itself', options: {}, isDown: false, exit: { code: 0, signal: null } },
    {
      title: 'of itself, with two hubs',
      options: { hubs: 2 },
      isDown: false,
      exit: { code: 0, signal: null },
    },
    { title: 'with Nest', options: { hooks: 'exit' }, isDown: true, exit: { code: 0, signal: null } },
    {
      title: 'with Nest by the signal',
      options: { hooks: 'signal' },
      isDown: true,
      exit: { code: null, signal: 'SIGTERM' },
    },
    {
      title: 'with its own listener',
      options: { closesItself: true },
      isDown: true,
      exit: { code: 7, signal: null },
    },
  ] as const)('lets running tasks end when it is told to: $title', async ({ options, isDown, exit }) => {
    const { client, program } = await start({ workers: 1, ...options });
    const { pid } = (await client.submit('where', null).result()) as { pid: number };
    const { port, connected } = await holder();
    const held = client.submit('held', port);
    const socket = await connected;
    program.signal('SIGTERM');
    await program.line(/HUB - STOPPING, 1 TASK IN HAND/);
    socket.write('let go');
    expect(await held.result()).toBe('let go');
    expect(await program.exited).toEqual(exit);
    expect(program.lines.includes('the application is down')).toBe(isDown);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
  });

  it('goes at once when it is told twice', async () => {
    const { client, program } = await start();
    const { port, connected } = await holder();
    const held = client.submit('held', port);
    await connected;
    program.signal('SIGTERM');
    await program.line(/HUB - STOPPING, 1 TASK IN HAND/);
    program.signal('SIGTERM');
    expect(await program.exited).toEqual({ code: 130, signal: null });
    await held.cancel();
  });
});

describe('an application whose workers cannot start', () => {
  it('does not start either, and says why, once', async () => {
    const program = app({ context: 'broken', workers: 1, port: 1 });
    expect((await program.exited).code).toBe(1);
    const why = "Nest can't resolve dependencies of the Tasks";
    expect(program.lines.filter((line) => line.includes(why))).toHaveLength(1);
    expect(program.lines.join('\n')).not.toContain('the application has started');
  });

  it('may deal with that, and has nothing left that would keep it alive', async () => {
    const probe = { bind: '127.0.0.1', port: 0, host: '127.0.0.1' };
    const program = app({ context: 'absent', workers: 1, port: 1, probe, catchesErrors: true });
    expect((await program.exited).code).toBe(3);
    expect(program.lines.at(-1)).toMatch(/^it does not start: .*Cannot find module '.*\/absent\.module\.js'/);
  });
});
