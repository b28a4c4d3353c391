import type { ProvidedTasks } from '@penstock/worker/host';
import { describe, expect, it, vi } from 'vitest';
import { GreetingTasks } from '../../test/modules/greetings.module.js';
import loadContext from './context-loader.js';
import { isInsideWorker } from './inside-worker.js';

const load = (file: string): Promise<ProvidedTasks> =>
  loadContext(new URL(`../../test/modules/${file}.module.js`, import.meta.url).href);

describe('what a worker loads', () => {
  it('are the tasks of a module that it boots, whose hooks are called when it ends', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { tasks, close } = await load('greetings');
    expect(tasks.map(({ name }) => name)).toEqual(['HELLO']);
    const john = { firstName: 'John', lastName: 'Doe' };
    expect(tasks[0]?.run(john, {} as never)).toBe('Hello John Doe !');
    expect(written.mock.calls.map(([text]) => text)).toEqual(['[Greetings] greeting John\n']);
    written.mockRestore();
    expect(isInsideWorker()).toBe(true);
    expect(GreetingTasks.ended).toEqual([]);
    await close?.();
    expect(GreetingTasks.ended).toEqual(['the tasks']);
  });

  it('are those of the default export, where there are several modules', async () => {
    const { tasks, close } = await load('chosen');
    expect(tasks.map(({ name }) => name)).toEqual(['HELLO']);
    await close?.();
  });

  it.each([
    ['two', /two\.module\.js exports 2 classes with @Module\(\): export one, or one as its default/],
    ['none', /none\.module\.js exports no class with @Module\(\): export one/],
    ['empty', /EmptyModule has no provider with a @Task\(\) method: add one/],
    ['absent', /absent\.module\.js/],
  ])('cannot be told from a file that leaves it open: %s', async (file, why) => {
    await expect(load(file)).rejects.toThrow(why);
  });
});
