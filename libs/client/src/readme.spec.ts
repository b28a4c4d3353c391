import { Durability, OutcomeStatus } from '@penstock/protocol';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { charge } from '../test/readme/rules.js';
import { tour } from '../test/readme/tour.js';
import { startBalancer, startBoth } from '../test/setup.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('README.md', () => {
  it.each(['tour', 'rules'])('shows the %s as they are tested', (name) => {
    const code = read(`../test/readme/${name}.ts`).replace('../../src/index.js', '@penstock/client');
    expect(read('../README.md')).toContain(`\`\`\`ts\n${code}\`\`\``);
  });

  it('shows a tour that works', async () => {
    const balancer = await startBalancer();
    balancer.run = ({ name, payload, bytes }) =>
      name === 'HELLO' ? `Hello ${(payload as { firstName: string }).firstName} !` : { hex: `0${bytes[0]}` };
    expect(await tour(Number(new URL(balancer.endpoint).port))).toEqual([
      'Hello John !',
      [{ hex: '01' }, { hex: '02' }],
      ['Hello Ada !', 'Hello Grace !'],
    ]);
  });

  it('shows rules that work', async () => {
    const { balancer, client } = await startBoth();
    balancer.durability = Durability.disk;
    const invoice = { id: '7', cents: 1_200 };
    const charged = charge(client, invoice);
    const sent = await balancer.submissions.next();
    expect(sent.rules).toEqual({
      idempotencyKey: 'charge 7',
      maxAttempts: 5,
      backoff: { kind: 'exponential', delayMs: 200, maxDelayMs: 30_000 },
      timeoutMs: 10_000,
      deadlineMs: 3_600_000,
      durability: 'disk',
    });
    balancer.answer = ({ taskId }) => (taskId === sent.taskId ? 'accept' : { sameAs: sent.taskId });
    const again = charge(client, invoice);
    await balancer.submissions.next();
    balancer.finish(sent, null);
    expect(await charged).toBe('charged, kept on disk');
    expect(await again).toBe('charged, by an earlier submission');
  });

  it('shows how the end of a task is told', async () => {
    const { balancer, client } = await startBoth();
    const failing = charge(client, { id: '8', cents: 1 });
    const report = { name: 'TimeoutError', message: 'it took too long', code: 'ATTEMPT_TIMEOUT' };
    balancer.fail(await balancer.submissions.next(), report);
    expect(await failing).toBe('not charged: ATTEMPT_TIMEOUT');
    const late = charge(client, { id: '9', cents: 1 });
    balancer.end(await balancer.submissions.next(), OutcomeStatus.expired, {
      cause: 'deadline',
      message: '',
    });
    expect(await late).toBe('not charged: deadline');
  });
});
