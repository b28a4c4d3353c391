import { childModule, workerExecArgv, type TaskIsolation, type TaskSource } from '@penstock/worker/host';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownNetwork } from './own-network.js';

/** What Node.js denies to a confined process unless it is allowed; each may be used to get round the rest. */
export type Freedom = 'child-process' | 'addons' | 'wasi';

/**
 * What handlers may do where they are not trusted with all that the hub may: above all its key is out of their reach. It
 * is enforced by Node's permission model, which guards against mistakes and curious packages and is, as its documentation
 * says, no sandbox for hostile code; docs/security.md says what that means.
 */
export interface Confinement {
  /** Absolute paths of folders and files that handlers may read, beside task files, packages and the folder for temporary files. */
  readonly read: readonly string[];
  /** Absolute paths that they may read and write, beside the folder for temporary files. */
  readonly write: readonly string[];
  readonly allow: readonly Freedom[];
  /** Variables of the environment that they get beside {@link basicVariables}. */
  readonly variables: readonly string[];
}

/** How a worker's process is started. */
export interface ProcessShape {
  /** The program that starts it, with its arguments; empty = none but the hub. */
  readonly launcher: readonly string[];
  readonly execArgv: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** What programs need to find their way about, and nothing that somebody would keep secret. */
const basicVariables: ReadonlySet<string> = new Set(
  'PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP NODE_ENV FORCE_COLOR NO_COLOR TERM'.split(
    ' ',
  ),
);
/** Where the secrets of Penstock are: no worker gets these, confined or not. */
const own = /^PENSTOCK_/;

/** Workers cannot be confined as they are to be. */
export class ConfinementError extends Error {
  override readonly name = 'ConfinementError';
}

/** What a hub's processes are to be. */
export interface ShapeOptions {
  /** Default: handlers may do what the hub may, but are not told where its secrets are. */
  readonly confinement?: Confinement | undefined;
  /** Files and folders that confined handlers must not reach. Default: none. */
  readonly secrets?: readonly string[];
  /** Whether processes that are to have no network get one of their own. Default true; false = the hub's leads nowhere. */
  readonly hasOwnNetworks?: boolean;
  /** Default: the hub's own. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Tells how to start a process that is isolated so. */
export type ShapeOf = (isolation: TaskIsolation) => ProcessShape;

/**
 * How to start the processes of workers.
 *
 * @throws ConfinementError when confined handlers would reach a secret
 */
export function processShapes(source: TaskSource, options: ShapeOptions = {}): ShapeOf {
  const shapeOf: ShapeOf = (isolation) => processShape(source, options, isolation);
  // All that a process may read, one without isolation may.
  shapeOf({});
  return shapeOf;
}

/** A process without files: what it imports it may read until it has, and nothing that gets round that. */
const noFiles = { read: [], write: [], allow: [], temporary: [] };

function processShape(
  source: TaskSource,
  // oxlint-disable-next-line no-restricted-properties -- what is handed on to a child is no configuration
  { confinement, secrets = [], hasOwnNetworks = true, environment = process.env }: ShapeOptions,
  { network, files }: TaskIsolation,
): ProcessShape {
  const launcher = network === 'none' && hasOwnNetworks ? ownNetwork : [];
  const variables = confinement?.variables ?? [];
  const rights =
    files === 'none'
      ? noFiles
      : confinement === undefined
        ? undefined
        : { temporary: [tmpdir()], ...confinement };
  if (rights === undefined) {
    return {
      launcher,
      execArgv: workerExecArgv,
      environment: pick(environment, (name) => !own.test(name)),
    };
  }
  const { read, write, allow, temporary } = rights;
  const writable = [...temporary, ...write].flatMap(withRealPath);
  const readable = [...packageFolders(source), ...read].flatMap(withRealPath).concat(writable);
  for (const secret of secrets.flatMap(withRealPath)) refuseWithin(secret, readable);
  return {
    launcher,
    execArgv: [
      ...workerExecArgv,
      '--disable-warning=SecurityWarning',
      '--permission',
      // For the thread that watches; the worker gives this up before it imports a task.
      '--allow-worker',
      ...allow.map((freedom) => `--allow-${freedom}`),
      ...unique(readable).map((path) => `--allow-fs-read=${path}`),
      ...unique(writable).map((path) => `--allow-fs-write=${path}`),
    ],
    environment: pick(
      environment,
      (name) =>
        !own.test(name) && (basicVariables.has(name) || name.startsWith('LC_') || variables.includes(name)),
    ),
  };
}

/** Where the modules of workers and tasks lie, and the packages that they may import. */
function packageFolders(source: TaskSource): string[] {
  const worker = dirname(dirname(fileURLToPath(childModule)));
  const tasks = 'folder' in source ? source.folder : dirname(fileURLToPath(source.loader));
  return [dirname(worker), tasks, ...[worker, tasks].flatMap(withRealPath).flatMap(modulesAbove)];
}

/** The `node_modules` that Node.js would look into for what is imported from a folder. */
function modulesAbove(folder: string): string[] {
  const parent = dirname(folder);
  return [join(folder, 'node_modules'), ...(parent === folder ? [] : modulesAbove(parent))];
}

/** Node.js looks at the path that a link leads to. */
function withRealPath(path: string): string[] {
  try {
    return [path, realpathSync(path)];
  } catch {
    // What is not there yet may come.
    return [path];
  }
}

function refuseWithin(secret: string, readable: readonly string[]): void {
  const folder = readable.find((path) => isWithin(secret, path) || isWithin(path, secret));
  if (folder === undefined) return;
  throw new ConfinementError(
    `workers may read ${folder}, and so reach ${secret}: keep keys and tokens in folders of their own`,
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(resolve(folder) + sep);
}

function pick(environment: NodeJS.ProcessEnv, isWanted: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isWanted(name)));
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
