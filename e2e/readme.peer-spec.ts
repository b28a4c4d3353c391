import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadParameters, workerGroups } from '@penstock/parameters';
import { expect, it, onTestFinished } from 'vitest';
import { root } from './support/checkout.js';
import { launch } from './support/launcher.js';
import { bareEnvironment } from './support/program.js';

/** A code block of the README. */
interface Block {
  readonly language: string;
  readonly code: string;
}

const run = promisify(execFile);

async function blocksOf(file: string): Promise<readonly Block[]> {
  const text = await readFile(join(root, file), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

/** A copy of the shipped tasks beside them, so that imports resolve as they do for a user of this checkout. */
async function ownTasks(): Promise<string> {
  const folder = await mkdtemp(join(root, 'tasks', '.readme-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const part of ['hello.ts', 'wordcount.ts', 'primes.ts', 'support']) {
    await cp(join(root, 'tasks', part), join(folder, part), { recursive: true });
  }
  return folder;
}

/** Writes a script beside the example, where its imports resolve. */
async function script(code: string): Promise<string> {
  const folder = await mkdtemp(join(root, 'examples', 'script', '.readme-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'script.mjs');
  await writeFile(file, code);
  return file;
}

/** Whether a block of commands talks to a Penstock that runs. */
function callsPenstock(code: string): boolean {
  return /^curl|npx penstock /.test(code);
}

it('the README holds word for word: its commands, task files, scripts and parameters work', async () => {
  const blocks = await blocksOf('README.md');
  const of = (language: string): string[] =>
    blocks.filter((block) => block.language === language).map(({ code }) => code);
  const tasks = await ownTasks();
  const { program, httpPort, parameters } = await launch({
    args: ['--no-demo'],
    env: { WKHUB_TASKS: tasks },
    cwd: root,
  });
  await program.line(/^Penstock is ready/);

  const [greet = '', count = ''] = of('ts').filter((code) => code.includes('defineTask'));
  await writeFile(join(tasks, 'greet.ts'), greet);
  await program.line(/TASKS RELOADED: \+GREET/);
  await writeFile(join(tasks, 'count.ts'), count);
  await program.line(/TASKS RELOADED: \+COUNT/);

  const said: string[] = [];
  for (const block of of('sh').filter(callsPenstock)) {
    const command = block.replace('localhost:8080', `localhost:${httpPort}`);
    // `-e`: what fails in the middle fails.
    const { stdout } = await run('sh', ['-ec', command], {
      cwd: root,
      env: { ...bareEnvironment, ...parameters },
    });
    said.push(stdout);
  }
  const [submitted, greeted, shown = '', answered = '', again = ''] = said;
  expect(submitted).toBe('Hello John Doe !\n');
  expect(greeted).toBe('Welcome, Ada!\n');
  expect(shown).toMatch(
    /^WORKER .*^TASK .*^all well$.*^Penstock \S+ answers .*^README\.md +done .*^\{"taskId":/ms,
  );
  expect(shown).toContain('"state":"done","result":{"count":168');
  expect(JSON.parse(answered)).toMatchObject({ state: 'done', result: 'Hello John Doe !' });
  expect(again).toMatch(/^TASK ID .*^\S{36} +wordcount +attempts-exhausted .*^1 run again$/ms);

  const client = `new TaskClient({ port: ${parameters['LB_CLIENTPULLPORT']} })`;
  const outputs: string[] = [];
  for (const code of of('js')) {
    const { stdout } = await run(process.execPath, [await script(code.replace('new TaskClient()', client))], {
      cwd: root,
    });
    outputs.push(stdout);
  }
  expect(outputs[0]).toBe('Hello John Doe !\n');
  expect(outputs[1]?.trim().split('\n')).toHaveLength(3);
  expect(outputs[1]).toMatch(/README\.md \d+/);
  expect(outputs[2]).toMatch(/^task wordcount \(.*\) failed: Error: ENOENT/);

  const [groups = '{}'] = of('json');
  const given = {
    WKHUB_WORKERS: JSON.stringify((JSON.parse(groups) as { WKHUB_WORKERS: unknown }).WKHUB_WORKERS),
  };
  const { values } = loadParameters('worker-hub', {
    argv: [],
    env: { ...given, PENSTOCK_PARAMETERS: 'none' },
    cwd: root,
  });
  expect(workerGroups(values, 2).map(({ slots, kind }) => [slots, kind])).toEqual([
    [4, 'process'],
    [2, 'process'],
    [32, 'inline'],
  ]);
});

it('the README quotes the Nest application as it is', async () => {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  const quotes = [...text.matchAll(/\]\((examples\/nest-app\/src\/[^)]+)\)[^`]*```ts\n(.*?)^```$/gms)];
  expect(quotes).toHaveLength(3);
  for (const [, file = '', quote = ''] of quotes) {
    expect(await readFile(join(root, file), 'utf8')).toContain(quote);
  }
});

it('every other command of the README is one that exists', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = (await blocksOf('README.md'))
    .filter(({ language, code }) => language === 'sh' && !callsPenstock(code))
    .map(({ code }) => code.trim());
  // Those of Docker are tried with an engine, by `npm run e2e:compose`.
  expect(commands.filter((command) => !command.startsWith('docker '))).toEqual(['npm start']);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
  const { stdout } = await run('npx', ['penstock-worker-hub', '--help'], { cwd: root });
  expect(stdout).toContain('--wkhub-workers');
  const hello = await readFile(join(root, 'examples', 'script', 'hello.mjs'), 'utf8');
  expect(hello.split('\n').length).toBeLessThanOrEqual(10);
});
