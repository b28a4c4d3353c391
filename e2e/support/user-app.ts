import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { root } from './checkout.js';
import { npmScript } from './npm.js';
import { networkEnvironment, Program, searchPath } from './program.js';

/** An example as a user has it: far from the workspace, with packages as they are published. */
export class UserApp {
  private constructor(
    readonly folder: string,
    /** The archives of the packages that it needs. */
    readonly archives: readonly string[],
  ) {}

  /**
   * Packs an example and what it needs of the workspace, and unpacks the example.
   *
   * @param name of its package
   */
  static async unpack(name: string): Promise<UserApp> {
    const folder = await mkdtemp(join(tmpdir(), 'penstock-user-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const pnpm = join(root, 'node_modules', '.bin', 'pnpm');
    // What the tests of these packages need is none of their users' business: `--filter-prod`.
    execFileSync(pnpm, ['-r', '--filter-prod', `${name}...`, 'pack', '--pack-destination', folder], {
      cwd: root,
    });
    const packed = globSync('*.tgz', { cwd: folder });
    const own = packed.find((archive) => archive.startsWith(name.replace('@', '').replace('/', '-')));
    if (own === undefined) throw new Error(`${name} was not packed, but ${packed.join(', ')}`);
    const app = join(folder, 'app');
    await mkdir(app);
    execFileSync('tar', ['-xzf', join(folder, own), '-C', app, '--strip-components', '1']);
    const archives = packed.filter((archive) => archive !== own).map((archive) => join(folder, archive));
    return new UserApp(app, archives);
  }

  /** The names of the files in an archive, and its package.json. */
  static contents(archive: string): { readonly files: readonly string[]; readonly manifest: string } {
    const tar = (...args: string[]): string => execFileSync('tar', args, { encoding: 'utf8' });
    return {
      files: tar('-tzf', archive).trim().split('\n'),
      manifest: tar('-xzOf', archive, 'package/package.json'),
    };
  }

  /** Runs npm in the application's folder; fails when npm does, and ends with the test. */
  async npm(...args: string[]): Promise<readonly string[]> {
    const program = new Program(`npm ${args[0]}`, npmScript(), {
      args,
      cwd: this.folder,
      env: { ...networkEnvironment, PATH: searchPath, NO_COLOR: '1' },
    });
    onTestFinished(async () => {
      await program.kill();
    });
    const { code } = await program.exited;
    if (code !== 0) {
      throw new Error(`npm ${args.map((arg) => basename(arg)).join(' ')}:\n${program.lines.join('\n')}`);
    }
    return program.lines;
  }

  /** Starts what was built; killed at the end of the test, if it still lives. */
  start(env: Readonly<Record<string, string>>): Program {
    const script = join(this.folder, 'dist', 'main.js');
    const program = new Program('user-app', script, { cwd: this.folder, env: { NO_COLOR: '1', ...env } });
    onTestFinished(async () => {
      await program.kill();
    });
    return program;
  }
}
