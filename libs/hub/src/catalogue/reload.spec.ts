import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pattern, type HubGroup } from '@penstock/protocol';
import { describe, expect, it } from 'vitest';
import { startHub } from '../../test/hub-under-test.js';
import { plan } from '../../test/plan.js';
import { cancellable } from '../../test/task-files.js';

const task = (name: string, result: string): string =>
  `export default { name: '${name}', run: () => '${result}' };`;

describe('a hub that is told to reload', () => {
  it('picks up added, changed and removed tasks, and tells the balancer', async () => {
    const { balancer, folder, lines, running } = await startHub({
      files: {
        'hello.js': task('HELLO', 'old'),
        'gone.js': task('OLD', 'old'),
        'same.js': task('SAME', 'same'),
      },
      groups: [plan({ slots: 2 })],
    });
    await balancer.window(2);
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'HELLO' }))).value).toBe('old');
    writeFileSync(join(folder, 'hello.js'), task('HELLO', 'the new one'));
    writeFileSync(join(folder, 'greet.ts'), task('GREET', 'welcome'));
    rmSync(join(folder, 'gone.js'));
    await running.reload();
    await lines.find(({ message }) => message === 'HUB - TASKS RELOADED: +GREET ~HELLO -OLD');
    const { groups } = (await balancer.eventOf(Pattern.hubGroups)) as { groups: HubGroup[] };
    expect(groups[0]?.tasks.toSorted()).toEqual(['GREET', 'HELLO', 'SAME']);
    const outcomes = balancer.send({ name: 'HELLO' }, { name: 'GREET' }).map((id) => balancer.outcomeOf(id));
    expect((await Promise.all(outcomes)).map(({ value }) => value)).toEqual(['the new one', 'welcome']);
    const removed = balancer.sendOne({ name: 'OLD' });
    const returned = await balancer.eventOf(Pattern.hubReturned);
    expect(returned).toMatchObject({ leases: [balancer.lease(removed)] });
    // Nobody died of it.
    expect(lines.all.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('lets a busy worker end its task before it is replaced', async () => {
    const { balancer, running } = await startHub({
      files: { ...cancellable, 'hello.js': task('HELLO', 'old') },
    });
    await balancer.window(1);
    const busy = balancer.sendOne({ name: 'answers' });
    await balancer.startOf(busy);
    await running.reload();
    expect(balancer.outcomes.all).toEqual([]);
    balancer.cancel(busy);
    expect(await balancer.outcomeOf(busy)).toMatchObject({ status: 'done' });
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'HELLO' }))).value).toBe('old');
  });

  it('replaces the thread of an inline group as well', async () => {
    const { balancer, folder, running } = await startHub({
      files: { 'hello.js': task('HELLO', 'old') },
      groups: [plan({ kind: 'inline', slots: 3 })],
    });
    await balancer.window(3);
    writeFileSync(join(folder, 'hello.js'), task('HELLO', 'the new one'));
    await running.reload();
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'HELLO' }))).value).toBe('the new one');
  });

  it('says what is broken now, and goes on with the rest', async () => {
    const { balancer, folder, lines, running } = await startHub({
      files: { 'hello.js': task('HELLO', 'old'), 'other.js': task('OTHER', 'other') },
    });
    await balancer.window(1);
    writeFileSync(join(folder, 'hello.js'), 'export default {');
    await running.reload();
    await lines.find(({ message }) => message === 'HUB - TASKS RELOADED: -HELLO');
    await lines.find(({ message }) => message.startsWith('HUB - TASK FILE hello.js IS BROKEN'));
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'OTHER' }))).value).toBe('other');
  });
});

describe('a hub that watches its folder', () => {
  it('reloads by itself when a file is added', async () => {
    const { balancer, folder, lines } = await startHub({
      files: { 'hello.js': task('HELLO', 'old') },
      watch: true,
    });
    await balancer.window(1);
    writeFileSync(join(folder, 'greet.ts'), task('GREET', 'welcome'));
    await lines.find(({ message }) => message === 'HUB - TASKS RELOADED: +GREET');
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'GREET' }))).value).toBe('welcome');
  });
});

describe('a broken task file', () => {
  it('is reported with its reason, and hurts only itself', async () => {
    const { balancer, lines } = await startHub({
      files: {
        'a-hangs.js': 'await new Promise(() => {});',
        'b-spins.js': 'for (;;);',
        'c-exits.js': 'process.exit(5);',
        'd-throws.ts': `throw new Error('no database here');`,
        'e-syntax.ts': 'export default {',
        'f-empty.ts': 'export const nothing = 1;',
        'g-missing.ts': `import './nowhere.ts'; export default {};`,
        'hello.js': task('HELLO', 'hello'),
        'i-twice.js': task('HELLO', 'another'),
        'j-nameless.js': `export default { run() {} };`,
        'types.d.ts': 'nonsense',
        'hello.spec.ts': 'nonsense',
        '.hidden.ts': 'nonsense',
        'readme.md': 'nonsense',
      },
      importDeadlineMs: 400,
    });
    await balancer.window(1);
    expect((await balancer.outcomeOf(balancer.sendOne({ name: 'HELLO' }))).value).toBe('hello');
    const broken = lines.all
      .map(({ message }) => /TASK FILE (\S+) IS BROKEN, SKIPPING IT: (.*)/s.exec(message))
      .filter((match) => match !== null)
      .map(([, file, reason]) => [file, reason] as const);
    expect(Object.fromEntries(broken)).toEqual({
      'a-hangs.js': 'its import took longer than 400 ms',
      'b-spins.js': 'its import ended the worker: it took too long to start (signal SIGKILL)',
      'c-exits.js': 'its import ended the worker: exit code 5',
      'd-throws.ts': 'no database here',
      'e-syntax.ts': expect.stringContaining('SyntaxError'),
      'f-empty.ts': expect.stringContaining('no default export'),
      'g-missing.ts': expect.stringContaining('nowhere.ts'),
      'i-twice.js': 'the task HELLO is defined in hello.js already',
      'j-nameless.js': expect.stringContaining(`a task's name`),
    });
  });

  it('that is all there is leaves a hub without tasks, which says so', async () => {
    const { balancer, lines } = await startHub({ files: { 'bad.js': 'export default {' } });
    await balancer.window(1);
    await lines.find(({ message }) => message.startsWith('HUB - NO TASKS IN '));
    expect(balancer.hellos.all[0]?.groups[0]?.tasks).toEqual([]);
  });
});
