import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { root } from './support/checkout.js';
import { expectNothingLeft } from './support/nothing-left.js';
import { npmScript } from './support/npm.js';
import { freeClusterPorts, portParameters } from './support/ports.js';
import { descendantsOf } from './support/processes.js';
import { Program } from './support/program.js';

/** What `npm start` and its like run, with the Node.js of the machine. */
function bootstrap(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  const program = new Program('bootstrap', join(root, 'scripts', 'bootstrap.mjs'), { args, env, cwd: root });
  onTestFinished(async () => {
    await program.kill();
  });
  return program;
}

/** Ports that nobody has, and the environment that makes Penstock take them. */
async function onFreePorts(): Promise<{ env: Record<string, string>; ports: readonly number[] }> {
  const ports = await freeClusterPorts();
  return { ports: Object.values(ports), env: portParameters(ports) };
}

describe('bootstrap', () => {
  it('has nothing to do and little to say where all is installed and built', async () => {
    const first = bootstrap(['setup']);
    expect(await first.exited).toEqual({ code: 0, signal: null });
    const second = bootstrap(['setup']);
    expect(await second.exited).toEqual({ code: 0, signal: null });
    expect(second.lines).toEqual([expect.stringMatching(/^Running on Node[.]js \d+[.]\d+[.]\d+/)]);
  });

  it('hands arguments to the task, and keeps its exit code', async () => {
    const program = bootstrap(['start', '--LB_HTPPORT', '8081']);
    expect((await program.exited).code).toBe(78);
    expect(program.lines.join('\n')).toContain('did you mean "--LB_HTTPPORT"?');
  });

  it('hands signals to the task, and waits for its end', async () => {
    const { env, ports } = await onFreePorts();
    const program = bootstrap(['start', '--no-demo'], env);
    await program.line(/^Penstock is ready/);
    const pids = descendantsOf(program.pid);
    program.signal('SIGTERM');
    expect(await program.exited).toEqual({ code: 0, signal: null });
    await expectNothingLeft(pids, ports);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'leaves nothing behind when npm gets a %s',
    async (signal) => {
      const { env, ports } = await onFreePorts();
      const npm = new Program('npm', npmScript(), { args: ['start', '--', '--no-demo'], env, cwd: root });
      await npm.line(/^Penstock is ready/);
      const pids = descendantsOf(npm.pid);
      npm.signal(signal);
      await expectNothingLeft(pids, ports);
    },
  );

  it('says what there is to run', async () => {
    const program = bootstrap(['strat']);
    expect((await program.exited).code).toBe(2);
    expect(program.lines).toEqual([
      'Say what to run: setup, start, demo, test, test:browser, e2e:compose, bench, sim, chaos, checker, soak, fuzz.',
    ]);
  });
});
