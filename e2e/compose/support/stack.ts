import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished, vi } from 'vitest';
import { freePorts } from '@penstock/free-ports';
import { bareEnvironment } from '../../support/program.js';
import { SteadyLoad } from './steady-load.js';

const run = promisify(execFile);

/** What one command may take, with nobody else to wait for. */
const COMMAND_MS = 180_000;
/** How long what was asked for may take to show. */
export const SOON_MS = 150_000;

/** What a command has said. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Penstock as `docker compose up` brings it up, under a name and a port of its own. */
export class Stack {
  readonly checkout = inject('images').checkout;
  /** Where the page is published. */
  readonly url: string;
  private token: Promise<string> | undefined;
  private readonly env: Readonly<Record<string, string>>;

  /** @param name of its Compose project */
  private constructor(
    readonly name: string,
    readonly port: number,
  ) {
    this.url = `http://localhost:${port}`;
    this.env = {
      ...bareEnvironment,
      COMPOSE_PROJECT_NAME: name,
      PENSTOCK_VERSION: inject('images').tag,
      MONITOR_PORT: String(port),
    };
  }

  /** One that is not up yet. */
  static async make(purpose: string): Promise<Stack> {
    const [port = 0] = await freePorts(1);
    return new Stack(`penstock-${inject('images').tag}-${purpose}`, port);
  }

  /** The name of the image of a program, as the tests have made it. */
  image(program: string): string {
    return `penstock-${program}:${inject('images').tag}`;
  }

  /** Runs a command of a shell in the checkout, as a user types it. */
  async type(command: string): Promise<Said> {
    return await run('sh', ['-ec', command], { cwd: this.checkout, env: this.env, timeout: COMMAND_MS });
  }

  /** Runs `docker compose` with these arguments. */
  async compose(...args: readonly string[]): Promise<string> {
    return await this.docker('compose', ...args);
  }

  async docker(...args: readonly string[]): Promise<string> {
    const options = { cwd: this.checkout, env: this.env, timeout: COMMAND_MS };
    return (await run('docker', args, options)).stdout;
  }

  /** The containers of a service that run. */
  async containers(service: string): Promise<readonly string[]> {
    return wordsOf(await this.compose('ps', '--quiet', service));
  }

  /** Calls an address below the page's, as a program with the administrator's token. */
  async call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await (this.token ??= this.administratorsToken())}`);
    return await fetch(`${this.url}${path}`, { ...init, headers });
  }

  /** A link that lets a browser in. */
  async loginLink(): Promise<string> {
    return (await this.compose('run', '--rm', 'cli', 'login')).trim();
  }

  async json<T>(path: string): Promise<T> {
    const response = await this.call(path);
    expect(response.status, path).toBe(200);
    return (await response.json()) as T;
  }

  /** Hands in a task through the published port, and waits for its result. */
  async result(name: string, payload: unknown): Promise<unknown> {
    const response = await this.call('/api/tasks?wait=30s', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, payload }),
    });
    return ((await response.json()) as { result?: unknown }).result;
  }

  /** Work that goes on until it is told to finish, or the test is over. */
  load(): SteadyLoad {
    const load = new SteadyLoad((path, init) => this.call(path, init));
    onTestFinished(() => load.giveUp());
    return load;
  }

  /** Resolves when so many hubs take tasks and the health check finds all of them well. */
  async hubsUp(count: number): Promise<void> {
    await vi.waitFor(
      async () => {
        const { hubs } = await this.json<{ hubs: { name: string; disconnected: boolean }[] }>('/api/workers');
        expect(hubs.filter(({ disconnected }) => !disconnected)).toHaveLength(count);
        const { details } = await this.json<{ details: Record<string, { state: string }> }>(
          '/healthcheck/health',
        );
        const states = Object.entries(details).map(([name, { state }]) => `${name}: ${state}`);
        expect(states.filter((state) => /^hub .*: up$/.test(state))).toHaveLength(count);
      },
      { timeout: SOON_MS, interval: 200 },
    );
  }

  private async administratorsToken(): Promise<string> {
    const asked = ['run', '--rm', '--no-deps', '--entrypoint', 'cat', 'cli', '/run/penstock/admin/token'];
    return (await this.compose(...asked)).trim();
  }

  /** Takes everything away, and expects that nothing is left. */
  async down(): Promise<void> {
    await this.compose('--profile', '*', 'down', '--volumes', '--remove-orphans');
    const filter = ['--quiet', '--filter', `label=com.docker.compose.project=${this.name}`];
    expect(wordsOf(await this.docker('ps', '--all', ...filter))).toEqual([]);
    expect(wordsOf(await this.docker('volume', 'ls', ...filter))).toEqual([]);
    expect(wordsOf(await this.docker('network', 'ls', ...filter))).toEqual([]);
  }
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
