import { listTaskFiles, type LoadedTask, type TaskIsolation, type TaskSource } from '@penstock/worker/host';
import type { GroupPlan } from '../slots/slot-group.js';
import {
  describeIsolation,
  imposedOn,
  isEnough,
  isIsolated,
  isSame,
  together,
  unknownFiles,
  type ImposedIsolation,
} from '../workers/isolation.js';
import { whyNoOwnNetwork, withoutOwnNetwork } from '../workers/own-network.js';
import type { WorkerOptions } from '../workers/worker-handle.js';
import { canRun, type Catalogue } from './catalogue.js';
import { scoutFiles } from './scout.js';

/** Task files cannot be isolated as they must be. */
export class IsolationError extends Error {
  override readonly name = 'IsolationError';
}

/** What a survey needs to know. */
export interface SurveyOptions {
  readonly plans: readonly GroupPlan[];
  readonly source: TaskSource;
  readonly imposed: ImposedIsolation;
  /** How to start a scout. `files`: those that it imports; `undefined` = all. */
  readonly optionsOf: (isolation: TaskIsolation, files: readonly string[] | undefined) => WorkerOptions;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Files that are imported by a process of their own. */
interface Party {
  readonly isolation: TaskIsolation;
  /** `undefined` = all that the source has. */
  readonly files: readonly string[] | undefined;
}

/**
 * Finds out what tasks there are, and how each is isolated. What is imposed on a file is so from its first import on. What
 * a file asks for itself is known only then, so it is imported once as if it had not, and again in a process as its tasks
 * will have: what fails there is broken.
 *
 * @throws IsolationError when what is imposed cannot be had here, ScoutError
 */
export async function survey(options: SurveyOptions): Promise<Catalogue> {
  const first = await partiesOf(options);
  if (first.some((party) => hasOwnNetwork(options, party))) await requireOwnNetwork();
  const found: Catalogue[] = [];
  for (const party of first) found.push(...(await explore(options, party)));
  return withoutUnrunnable(merged(found), options.plans);
}

/**
 * @throws IsolationError when what is imposed names files that are not there: a name that is misspelt would leave its
 * file with all rights
 */
export async function requireFiles(folder: string, imposed: ImposedIsolation): Promise<void> {
  const known = await fileNames(folder);
  const unknown = unknownFiles(imposed, known);
  if (unknown.length === 0) return;
  throw new IsolationError(
    `${unknown.map((file) => JSON.stringify(file)).join(', ')} of WKHUB_NO_NETWORK or WKHUB_NO_FILES is no task file of ${folder}: name files and not tasks, such as "thumbnail.ts", or "*" for all (there are ${known.join(', ')})`,
  );
}

/** One party for each isolation that is imposed. The freest comes first: of two tasks with one name, its own stays. */
async function partiesOf({ source, imposed }: SurveyOptions): Promise<Party[]> {
  if (!('folder' in source)) return [{ isolation: imposedOn(source.argument, imposed), files: undefined }];
  if (imposed.network.length + imposed.files.length === 0) return [{ isolation: {}, files: undefined }];
  const parties = grouped(
    await fileNames(source.folder),
    (file) => imposedOn(file, imposed),
    (file) => file,
  );
  return parties.length === 0 ? [{ isolation: {}, files: [] }] : parties;
}

/** What a party finds: first what needs no more isolation than it has, then the others in as much as they ask for. */
async function explore(options: SurveyOptions, party: Party): Promise<Catalogue[]> {
  const found = await scouted(options, party);
  const isDone = ({ isolation }: LoadedTask): boolean => isEnough(party.isolation, isolation);
  const done = { tasks: found.tasks.filter(isDone), broken: found.broken };
  const shy = grouped(
    found.tasks.filter((task) => !isDone(task)),
    ({ isolation }) => together(party.isolation, isolation),
    ({ file }) => file,
  );
  const rest: Catalogue[] = [];
  for (const next of shy)
    rest.push(await withdrawn(options, 'folder' in options.source ? next : { ...next, files: undefined }));
  return [done, ...rest];
}

/** What asks to be isolated, imported so. */
async function withdrawn(options: SurveyOptions, party: Party): Promise<Catalogue> {
  const why = hasOwnNetwork(options, party) ? await whyNoOwnNetwork() : undefined;
  if (why === undefined) return scouted(options, party);
  const reason = `it is to run without a network, which cannot be had: ${why} (${withoutOwnNetwork})`;
  return { tasks: [], broken: (party.files ?? ['.']).map((file) => ({ file, reason })) };
}

/** A party is asked about its own files alone, and its tasks are isolated at least as it is: what it imports may lie. */
async function scouted(
  { optionsOf, signal }: SurveyOptions,
  { isolation, files }: Party,
): Promise<Catalogue> {
  const { tasks, broken } = await scoutFiles(optionsOf(isolation, files), signal);
  const isAsked = ({ file }: { readonly file: string }): boolean => files?.includes(file) ?? true;
  return {
    tasks: tasks.filter(isAsked).map((task) => ({ ...task, isolation: together(isolation, task.isolation) })),
    broken: broken.filter(isAsked),
  };
}

function merged(catalogues: readonly Catalogue[]): Catalogue {
  const tasks = new Map<string, LoadedTask>();
  const broken = catalogues.flatMap((catalogue) => catalogue.broken);
  for (const catalogue of catalogues) {
    for (const [file, ofFile] of Map.groupBy(catalogue.tasks, (task) => task.file)) {
      const taken = ofFile.map(({ name }) => tasks.get(name)).find((task) => task !== undefined);
      if (taken !== undefined) {
        broken.push({ file, reason: `the task ${taken.name} is defined in ${taken.file} already` });
      } else for (const task of ofFile) tasks.set(task.name, task);
    }
  }
  return { tasks: [...tasks.values()], broken };
}

/** A task that would only be run by an inline group, and must not be, is told of with its file. */
function withoutUnrunnable({ tasks, broken }: Catalogue, plans: readonly GroupPlan[]): Catalogue {
  const isUnrunnable = (task: LoadedTask): boolean =>
    isIsolated(task.isolation) &&
    plans.some((plan) => canRun(plan, { ...task, isolation: {} })) &&
    !plans.some((plan) => canRun(plan, task));
  const files = new Map(tasks.filter(isUnrunnable).map((task) => [task.file, task]));
  const reasonOf = ({ name, isolation }: LoadedTask): string =>
    `its task ${name} is to have ${describeIsolation(isolation)}, and a group with inline: true runs in the process of the hub: give it a group with processes`;
  return {
    tasks: tasks.filter(({ file }) => !files.has(file)),
    broken: [...broken, ...[...files].map(([file, task]) => ({ file, reason: reasonOf(task) }))],
  };
}

function hasOwnNetwork({ optionsOf }: SurveyOptions, { isolation, files }: Party): boolean {
  return optionsOf(isolation, files).shape.launcher.length > 0;
}

async function requireOwnNetwork(): Promise<void> {
  const why = await whyNoOwnNetwork();
  if (why === undefined) return;
  throw new IsolationError(
    `WKHUB_NO_NETWORK asks for task files without a network, which cannot be had: ${why} (${withoutOwnNetwork})`,
  );
}

/** Parties of the files of some things, by how each thing is to be isolated; the freest comes first. */
function grouped<T>(
  things: readonly T[],
  isolationOf: (thing: T) => TaskIsolation,
  fileOf: (thing: T) => string,
): Party[] {
  const parties: { readonly isolation: TaskIsolation; readonly files: Set<string> }[] = [];
  for (const thing of things) {
    const isolation = isolationOf(thing);
    const known = parties.find((party) => isSame(party.isolation, isolation));
    if (known === undefined) parties.push({ isolation, files: new Set([fileOf(thing)]) });
    else known.files.add(fileOf(thing));
  }
  return parties
    .map(({ isolation, files }) => ({ isolation, files: [...files] }))
    .toSorted((one, other) => weight(one.isolation) - weight(other.isolation));
}

function weight({ network, files }: TaskIsolation): number {
  return Number(network === 'none') + Number(files === 'none');
}

/** What cannot be read a scout says. */
async function fileNames(folder: string): Promise<string[]> {
  const found = await listTaskFiles(folder).catch(() => []);
  return found.map(({ file }) => file);
}
