import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { getCallSites } from 'node:util';

/** Where the module is that workers boot. */
export type WorkerContext = (() => Promise<unknown>) | URL;

/** It cannot be found out where a worker's module is. */
export class WorkerContextError extends Error {
  override readonly name = 'WorkerContextError';
}

/**
 * The file of a context. A worker has its own process, so that what it needs is not the module but its place: that is
 * in the function's own text, `() => import('./tasks.module.js')`, relative to the file that calls `forRoot`.
 *
 * @param caller the URL of that file
 * @throws WorkerContextError
 */
export function locateContext(context: WorkerContext, caller: string | undefined): string {
  if (context instanceof URL) return context.href;
  const [, importing, , specifier] =
    /(import|require)\w*\s*\(\s*(["'`])([^"'`]+)\2/.exec(String(context)) ?? [];
  if (specifier === undefined || specifier.includes('${')) {
    throw new WorkerContextError(
      `"context" must be a function like () => import('./tasks.module.js'), with the path as it is, or a URL: new URL('./tasks.module.js', import.meta.url)`,
    );
  }
  if (specifier.startsWith('file:')) return specifier;
  if (specifier.startsWith('/')) return pathToFileURL(specifier).href;
  if (caller === undefined) {
    throw new WorkerContextError(
      `it cannot be found out which file "${specifier}" is relative to: give "context" as ${urlOf(specifier)}`,
    );
  }
  if (importing === 'import' && specifier.startsWith('.')) return new URL(specifier, caller).href;
  return required(specifier, caller);
}

/** Of a package, or of what a compiler has made a CommonJS module, where endings may be left out. */
function required(specifier: string, caller: string): string {
  try {
    return pathToFileURL(createRequire(caller).resolve(specifier)).href;
  } catch (cause) {
    throw new WorkerContextError(
      `"${specifier}" cannot be found from ${fileURLToPath(caller)}: give "context" as ${urlOf(specifier)}`,
      { cause },
    );
  }
}

/** What to write instead. */
function urlOf(specifier: string): string {
  return specifier.startsWith('.')
    ? `new URL('${specifier}', import.meta.url)`
    : `new URL(import.meta.resolve('${specifier}'))`;
}

const here = dirname(fileURLToPath(import.meta.url));

/** The URL of the file that calls into this package, as far as the stack tells. */
export function callerUrl(): string | undefined {
  const sites = getCallSites(32, { sourceMap: false });
  const file = sites
    .map(({ scriptName }) => scriptName)
    .find((name) => name !== '' && !name.startsWith('node:') && !isOurs(name));
  if (file === undefined) return undefined;
  return file.startsWith('file:') ? file : pathToFileURL(file).href;
}

function isOurs(script: string): boolean {
  const path = script.startsWith('file:') ? fileURLToPath(script) : script;
  return dirname(path) === here || path.includes('/@nestjs/common/');
}
