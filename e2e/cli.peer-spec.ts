import { describe, expect, it, onTestFinished } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import type { Cluster } from './support/cluster.js';
import { entryOf } from './support/entry.js';
import { portParameters } from './support/ports.js';
import { taskFolder, taskSource } from './support/task-folder.js';
import { expectScreen, Tmux } from './support/tmux.js';

const penstock = `${process.execPath} ${entryOf('penstock')}`;

/** A task that waits for its file to be allowed: by a number that is at least its own. */
const slowly = `async ({ ms }, { progress }) => {
  for (let step = 1; step <= 10; step++) {
    await new Promise((resolve) => setTimeout(resolve, ms / 10));
    progress(10 * step);
  }
  return 'slow and steady';
}`;

async function terminalOn(cluster: Cluster): Promise<Tmux> {
  const terminal = new Tmux({ ...portParameters(cluster.ports), LC_ALL: 'C.UTF-8', TERM: 'screen' });
  await expectScreen(terminal, /^[#$]/);
  return terminal;
}

describe('penstock in a terminal of 80 by 24', () => {
  it('shows live figures that fit, and gives the screen back', async () => {
    const cluster = await clusterForTest({
      tasks: await taskFolder({ 's.ts': taskSource('SLOWLY', slowly) }),
    });
    const terminal = await terminalOn(cluster);
    terminal.type('echo before');
    await expectScreen(terminal, /^before$/m);
    terminal.type(`${penstock} top`);
    await expectScreen(terminal, /^Penstock, up for .* queued .* ended\/s$/m);
    const task = cluster.client().submit('SLOWLY', { ms: 10_000 });
    onTestFinished(async () => void (await task.cancel()));
    const screen = await expectScreen(terminal, /^worker_\S+ +SLOWLY +[█░]+ +[1-9]0 %/m);
    expect(Math.max(...screen.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    // Each second another picture.
    const percent = (text: string): string => /SLOWLY +\S+ +(\d+) %/.exec(text)?.[1] ?? '';
    await expectScreen(terminal, new RegExp(`SLOWLY +\\S+ +(?!${percent(screen)} )[1-9]\\d+ %`));
    terminal.press('q');
    await expectScreen(terminal, /^before$/m);
    terminal.type('echo "code $?"');
    await expectScreen(terminal, /^code 0$/m);
  });

  it('ends top with Ctrl-C', async () => {
    const cluster = await clusterForTest();
    const terminal = await terminalOn(cluster);
    terminal.type(`${penstock} top; echo "code $?"`);
    await expectScreen(terminal, /^Penstock, up for/m);
    terminal.press('C-c');
    await expectScreen(terminal, /^code 0$/m);
  });

  it('says that the balancer is gone while it looks', async () => {
    const cluster = await clusterForTest();
    const terminal = await terminalOn(cluster);
    terminal.type(`${penstock} top; echo "code $?"`);
    await expectScreen(terminal, /^Penstock, up for/m);
    await cluster.balancer.kill();
    await expectScreen(terminal, /^the balancer at .* is gone$\n^code 3$/m);
  });

  it('shows how far a task is that is waited for, and its result below', async () => {
    const cluster = await clusterForTest({
      tasks: await taskFolder({ 's.ts': taskSource('SLOWLY', slowly) }),
    });
    const terminal = await terminalOn(cluster);
    terminal.type(`${penstock} submit SLOWLY '{"ms":4000}' --wait; echo "code $?"`);
    await expectScreen(terminal, /^SLOWLY [█░]+ [1-9]0\/100/m);
    await expectScreen(terminal, /^SLOWLY █+ 100\/100 .*$\n^slow and steady$\n^code 0$/m);
  });

  it('shows a bar and then a table for a map, and stops it with Ctrl-C', async () => {
    const cluster = await clusterForTest({
      tasks: await taskFolder({ 's.ts': taskSource('MAPPED', slowly.replace('ms / 10', '20')) }),
    });
    const terminal = await terminalOn(cluster);
    terminal.type(`clear; ${penstock} map MAPPED /etc/h* ; echo "code $?"`);
    await expectScreen(terminal, /^MAPPED [█░]+ \d+\/\d+ \| \d+ % \| /m);
    const screen = await expectScreen(terminal, /^\d+ done, 0 failed, in .*$\n^code 0$/m);
    expect(screen).toMatch(/^FILE +STATE +RESULT +RAN +WORKER$/m);
    terminal.type(`clear; ${penstock} map MAPPED /etc/*; echo "code $?"`);
    await expectScreen(terminal, /^MAPPED [█░]+ [1-9]\d*\/\d+/m);
    terminal.press('C-c');
    await expectScreen(terminal, /^stopped: \d+ have ended, \d+ are cancelled$\n^code 130$/m);
  });
});
