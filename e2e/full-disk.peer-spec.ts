import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { clusterForTest } from './support/cluster-for-test.js';
import type { Cluster } from './support/cluster.js';
import { taskFolder, taskSource } from './support/task-folder.js';

const PAYLOAD = 'x'.repeat(100_000);
const TASKS_PER_REQUEST = 20;

/** A disk of its own, which takes root to mount: CI alone runs this. */
function smallDisk(): string {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128m', 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

type Reply = { readonly taskId: string } | { readonly error: { readonly code: string } };

async function handIn(cluster: Cluster): Promise<readonly Reply[]> {
  const { body } = await cluster.request('/api/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      Array.from({ length: TASKS_PER_REQUEST }, () => ({ name: 'LENGTH', payload: PAYLOAD })),
    ),
  });
  return (body as { tasks: readonly Reply[] }).tasks;
}

async function isFull({ url }: Cluster): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return /^penstock_journal_full 1$/m.test(text);
}

/** Hands tasks in until the disk is full. @returns the ids of those that were not */
async function fill(cluster: Cluster): Promise<string[]> {
  const accepted: string[] = [];
  for (;;) {
    const replies = await handIn(cluster);
    for (const reply of replies) if ('taskId' in reply) accepted.push(reply.taskId);
    const refused = replies.flatMap((reply) => ('error' in reply ? [reply.error.code] : []));
    for (const code of refused) expect(code).toBe('JOURNAL_FULL');
    // What is under way counts as well, and there may be some room left when it is written.
    if (refused.length > 0 && (await isFull(cluster))) return accepted;
  }
}

it(
  'is never so full of tasks that they cannot end, and takes others when they have',
  { timeout: 300_000 },
  async () => {
    const tasks = await taskFolder({ 'length.ts': taskSource('LENGTH', '(payload) => payload.length') });
    const cluster = await clusterForTest({
      tasks,
      hubs: 0,
      parameters: {
        PENSTOCK_DATA: join(smallDisk(), 'data'),
        LB_QUEUE_MAXBYTES: '1GiB',
        LB_QUEING_MAXPERUSER: '0',
        LB_FINISHED_TTL: '15s',
      },
    });
    const first = await fill(cluster);
    expect(first.length).toBeGreaterThan(300);
    await cluster.balancer.kill();
    await cluster.restartBalancer();
    const hub = await cluster.addHub();
    for (const taskId of first) {
      const { body } = await cluster.request(`/api/tasks/${taskId}?wait=60s`);
      expect(body).toMatchObject({ state: 'done', result: PAYLOAD.length });
    }
    await expect
      .poll(async () => (await handIn(cluster)).every((reply) => 'taskId' in reply), { timeout: 90_000 })
      .toBe(true);
    expect(await isFull(cluster)).toBe(false);

    await hub.stop();
    const second = await fill(cluster);
    expect(second.length).toBeGreaterThan(100);
    await cluster.addHub();
    for (const taskId of second) {
      const { body } = await cluster.request(`/api/tasks/${taskId}?wait=60s`);
      expect(body).toMatchObject({ state: 'done' });
    }
  },
);
