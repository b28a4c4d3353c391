import { expect, it, onTestFailed, vi } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import { expectNothingLeft } from './support/nothing-left.js';
import { freePorts } from '@penstock/free-ports';
import { descendantsOf } from './support/processes.js';
import { UserApp } from './support/user-app.js';

/** Much is installed, and from afar. */
const timeoutMs = 300_000;

it(
  'the application of NestJS works for whoever copies it: installed, built, tested, run, stopped',
  async () => {
    const app = await UserApp.unpack('@penstock/example-nest-app');
    expect(app.archives.length).toBeGreaterThan(5);
    for (const { files, manifest } of app.archives.map(UserApp.contents)) {
      expect(files).toContain('package/dist/index.js');
      expect(
        files.filter((file) => /[.]spec[.]|[.]tsbuildinfo$|^package[/](src|test)[/]/.test(file)),
      ).toEqual([]);
      expect(manifest).not.toMatch(/workspace:|catalog:|"private": true/);
    }
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];
    await app.npm('install', ...quiet, ...app.archives);
    await app.npm('run', 'build');
    expect((await app.npm('test')).join('\n')).toMatch(/Tests +4 passed/);

    const cluster = await clusterForTest({ hubs: 0 });
    const [port = 0] = await freePorts(1);
    const program = app.start({
      PORT: `${port}`,
      BALANCER_CLIENT_PORT: `${cluster.ports.client}`,
      BALANCER_WORKER_PORT: `${cluster.ports.hub}`,
    });
    onTestFailed(() => {
      process.stderr.write(`${program.lines.join('\n')}\n`);
    });
    await program.line(/listening at/);
    const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
    const greet = async (): Promise<string> => (await ask('/hello?firstName=John&lastName=Doe')).text();
    expect(await greet()).toBe('Hello John Doe !');

    const expectHealth = (status: number, each: string): Promise<void> =>
      vi.waitFor(
        async () => {
          const response = await ask('/health');
          expect(await response.json()).toMatchObject({
            details: { penstock: { status: each }, 'penstock-worker': { status: each } },
          });
          expect(response.status).toBe(status);
        },
        { timeout: 30_000, interval: 50 },
      );
    await expectHealth(200, 'up');
    await cluster.balancer.kill();
    await expectHealth(503, 'down');
    await cluster.restartBalancer();
    await expectHealth(200, 'up');
    expect(await greet()).toBe('Hello John Doe !');
    // The hub is a container of Nest within the application's, which is not to notice.
    expect(program.lines.filter((line) => /NestMicroservice|not a function|RangeError/.test(line))).toEqual(
      [],
    );

    const workers = descendantsOf(program.pid);
    expect(workers).toHaveLength(2);
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    expect(program.lines.at(-1)).toContain('HUB - EXITED');
    await expectNothingLeft(workers, [port]);
  },
  timeoutMs,
);
