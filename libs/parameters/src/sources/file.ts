import { resolve } from 'node:path';
import { show } from '../show.js';
import { isParameterName, type ParameterName } from '../table/table.js';
import type { Given } from '../values.js';
import { locateJsonError } from './json-error.js';
import { unknownParameter } from './unknown.js';

/** What a source gives, and what is wrong with it. */
export interface Reading {
  readonly given: ReadonlyMap<ParameterName, Given>;
  readonly problems: readonly string[];
}

/** Name of the file that is read from the working directory when no other is named. */
export const defaultFile = 'parameters.json';

/** What to name in place of a file so that none is read. A file of that name is `./none`. */
export const noFile = 'none';

/** Reads a file as text; throws as `fs.readFileSync` does. */
export type ReadFile = (path: string) => string;

/**
 * Reads the parameters file.
 *
 * @param path the file that was named, relative to `cwd`; `undefined` = {@link defaultFile} if there is one,
 *   {@link noFile} = none
 */
export function readParametersFile(path: string | undefined, cwd: string, readFile: ReadFile): Reading {
  if (path === noFile) return failed();
  const name = path ?? defaultFile;
  let text: string;
  try {
    text = readFile(resolve(cwd, name)).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return path === undefined ? failed() : failed(`${name}: there is no such file`);
    return failed(`${name} cannot be read: ${code ?? String(error)}`);
  }
  return parseParameters(text, name);
}

function parseParameters(text: string, path: string): Reading {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    const place = locateJsonError(text);
    const where = place ? `line ${place.line}, column ${place.column}: ${place.message}` : String(error);
    return failed(`${path} is not a valid JSON file: ${where}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return failed(`${path}: expected an object of parameters, found ${show(content)}`);
  }
  const given = new Map<ParameterName, Given>();
  const problems: string[] = [];
  for (const [key, value] of Object.entries(content)) {
    if (isParameterName(key)) given.set(key, { value, source: { kind: 'file', path } });
    else problems.push(unknownParameter(key, path));
  }
  return { given, problems };
}

function failed(...problems: readonly string[]): Reading {
  return { given: new Map(), problems };
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
