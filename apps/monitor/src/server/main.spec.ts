import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

function start(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [main, '--pfile', 'none'], {
    env: { MONITOR_PORT: '0', LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const errors: string[] = [];
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  return { child, errors, lines: createInterface(child.stdout), exited: once(child, 'exit') };
}

it('says what it is and where, and ends when it is asked to', async () => {
  const { child, lines, exited } = start({});
  const said: string[] = [];
  for await (const line of lines) {
    said.push((JSON.parse(line) as { msg: string }).msg);
    if (said.at(-1)?.startsWith('MONITOR - READY')) child.kill('SIGTERM');
  }
  expect(said).toEqual([
    expect.stringMatching(/^MONITOR - Penstock .* pid \d+$/),
    expect.stringMatching(/^MONITOR - READY on http:\/\/127\.0\.0\.1:\d+$/),
    'EXITED MONITOR',
  ]);
  expect(await exited).toEqual([0, null]);
});

it('names a port that is taken, and the parameter that moves it, in one line', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { errors, exited } = start({ MONITOR_PORT: String(port) });
  expect(await exited).toEqual([1, null]);
  expect(errors).toEqual([
    `ERROR: port ${port} is taken: choose another with MONITOR_PORT, e.g. --MONITOR_PORT ${port + 1}`,
  ]);
});
