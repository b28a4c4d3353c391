import { describe, expect, it } from 'vitest';
import { startHub } from '../../test/hub-under-test.js';
import { plan } from '../../test/plan.js';

const files = {
  'prints.ts': `import { execFileSync } from 'node:child_process';
    import { setTimeout as delay } from 'node:timers/promises';
    import { defineTask } from '@penstock/worker';
    export default [
      defineTask({ name: 'prints', run: (text: string, { log }) => {
        console.log('out %s', text);
        console.error('err ' + text);
        process.stdout.write('in ');
        process.stdout.write('pieces\\n');
        log('logged', { text });
      } }),
      defineTask({ name: 'prints in turn', run: async (text: string, { log }) => {
        for (let step = 0; step < 3; step++) { console.log(text, step); await delay(1); }
        log(text, 'done');
      } }),
      defineTask({ name: 'prints by a child', run: () => {
        execFileSync('echo', ['from a child'], { stdio: ['ignore', 'inherit', 'inherit'] });
      } }),
      defineTask({ name: 'prints a lot', run: () => {
        for (let line = 0; line < 5_000; line++) console.log('line', line);
        console.log('x'.repeat(1_000));
      } }),
      defineTask({ name: 'prints half a line', run: () => { process.stdout.write('no end'); } }),
    ];`,
};

describe('what a task prints', () => {
  it('is logged by lines, with worker, stream, task and attempt', async () => {
    const { balancer, lines } = await startHub({ files });
    await balancer.window(1);
    const taskId = balancer.sendOne({ name: 'prints', payload: 'one', attempt: 2 });
    const { worker } = await balancer.outcomeOf(taskId);
    const fields = { worker, taskId, attempt: 2 };
    for (const [text, stream] of [
      ['out one', 'stdout'],
      ['err one', 'stderr'],
      ['in pieces', 'stdout'],
      [`logged { text: 'one' }`, 'stdout'],
    ] as const) {
      const line = await lines.find(({ message }) => message === `${worker}: ${text}`);
      expect(line.fields).toEqual({ ...fields, stream });
    }
  });

  it.each([
    ['process', 1],
    ['inline', 2],
  ] as const)('bears the right task while several run in turn (%s)', async (kind, slots) => {
    const { balancer, lines } = await startHub({ files, groups: [plan({ kind, slots })] });
    await balancer.window(slots);
    const names = ['one', 'two', 'three', 'four'];
    const ids: string[] = [];
    // No more at a time than there are slots: what waits for long is given back, which a busy machine takes for long.
    for (let first = 0; first < names.length; first += slots) {
      const some = names.slice(first, first + slots);
      const sent = some.map((payload) => balancer.sendOne({ name: 'prints in turn', payload }));
      ids.push(...sent);
      for (const [index, name] of some.entries()) {
        const { fields } = await lines.find(({ message }) => message.endsWith(`: ${name} done`));
        expect(fields['taskId']).toBe(sent[index]);
      }
    }
    for (const [index, name] of names.entries()) {
      const printed = lines.all.filter(({ message }) => new RegExp(`: ${name} [0-2]$`).test(message));
      expect(printed.map(({ fields }) => fields['taskId'])).toEqual([ids[index], ids[index], ids[index]]);
    }
  });

  it('is captured from processes that the handler starts', async () => {
    const { balancer, lines } = await startHub({ files });
    await balancer.window(1);
    balancer.sendOne({ name: 'prints by a child' });
    const { fields } = await lines.find(({ message }) => message.endsWith(': from a child'));
    expect(fields['stream']).toBe('stdout');
  });

  it('is bounded in number and length', async () => {
    const { balancer, lines } = await startHub({ files });
    await balancer.window(1);
    await balancer.outcomeOf(balancer.sendOne({ name: 'prints a lot' }));
    const last = balancer.sendOne({ name: 'prints', payload: 'after' });
    await balancer.outcomeOf(last);
    await lines.find(({ message }) => /… \d+ lines dropped/.test(message));
    const captured = lines.all.filter(({ message }) => /: line \d+$/.test(message));
    expect(captured.length).toBeLessThan(1_000);
  });
});
