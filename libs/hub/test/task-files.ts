/** Tasks that behave badly, and some that do not, for tests with real workers. */
export const echo = { 'echo.ts': `export default { name: 'echo', run: (payload: unknown) => payload };` };

export const cancellable = {
  'waits.ts': `import { defineTask } from '@penstock/worker';
    import { setTimeout as delay } from 'node:timers/promises';
    export default [
      defineTask({ name: 'obeys', run: async (_: unknown, { signal }) => { await delay(60_000, undefined, { signal }); } }),
      defineTask({ name: 'ignores', run: async () => { await delay(60_000); } }),
      defineTask({ name: 'spins', run: () => { for (;;); } }),
      defineTask({ name: 'answers', run: async (_: unknown, { signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return 'as far as I got';
      } }),
      defineTask({ name: 'blocks', run: (ms: number) => {
        const end = performance.now() + ms;
        while (performance.now() < end);
        return ms;
      } }),
    ];`,
};

export const deadly = {
  'deadly.ts': `import { defineTask } from '@penstock/worker';
    export default [
      defineTask({ name: 'exits', run: () => process.exit(3) }),
      defineTask({ name: 'exits later', run: async () => { await null; setImmediate(() => process.exit(3)); await new Promise(() => {}); } }),
      defineTask({ name: 'dies', run: () => process.kill(process.pid, 'SIGKILL') }),
      defineTask({ name: 'throws later', run: async () => {
        setImmediate(() => { throw new Error('nobody catches this'); });
        await new Promise(() => {});
      } }),
      defineTask({ name: 'rejects later', run: async () => {
        void Promise.reject(new Error('nobody awaits this'));
        await new Promise(() => {});
      } }),
    ];`,
};

export const spinning = {
  'spinning.ts': `import { defineTask } from '@penstock/worker';
    import { connect } from 'node:net';
    import { spawn } from 'node:child_process';
    export default [
      defineTask({ name: 'connects and spins', run: async (port: number) => {
        const socket = connect(port, '127.0.0.1');
        await new Promise((resolve) => socket.once('connect', resolve));
        for (;;);
      } }),
      defineTask({ name: 'spawns and spins', run: async (port: number) => {
        spawn(process.execPath, ['-e', \`require('net').connect(\${port}, '127.0.0.1'); setInterval(() => {}, 1000)\`],
          { stdio: 'ignore' });
        for (;;);
      } }),
    ];`,
};

export const forging = {
  'forging.ts': `import { writeSync } from 'node:fs';
    import { defineTask } from '@penstock/worker';
    export default [
      defineTask({ name: 'writes to the link', run: async (hex: string) => {
        writeSync(3, Buffer.from(hex, 'hex'));
        await new Promise(() => {});
      } }),
      defineTask({ name: 'writes to the lifeline', run: async (hex: string) => {
        writeSync(4, Buffer.from(hex, 'hex'));
        await new Promise(() => {});
      } }),
    ];`,
};
