import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { PenstockError } from '@penstock/protocol';
import type { z } from 'zod';

/** Rights that no file with a secret may give: any to others, and to its group more than to read it. */
const FORBIDDEN_RIGHTS = 0o037;

/**
 * Reads a file of keys.
 *
 * @param isSecret whether it must not be open to others
 * @throws PenstockError `INVALID_KEY`, with the file, what is wrong with it, and what to do
 */
export function readKeyFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  isSecret: boolean,
): z.infer<Schema> {
  let text: string;
  try {
    const { mode } = statSync(path);
    if (isSecret && process.platform !== 'win32' && (mode & FORBIDDEN_RIGHTS) !== 0) {
      const rights = (mode & 0o777).toString(8);
      throw invalid(
        path,
        `it holds a secret and is open to others (its rights are ${rights}): chmod 600 ${path}`,
      );
    }
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof PenstockError) throw error;
    throw invalid(path, reasonOf(error), error);
  }
  return parseKeys(path, text, schema);
}

/**
 * Checks what stands in a file of keys.
 *
 * @throws PenstockError `INVALID_KEY`; the message repeats nothing of the text
 */
export function parseKeys<Schema extends z.ZodType>(
  path: string,
  text: string,
  schema: Schema,
): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What JSON.parse says would show some of the text.
    throw invalid(path, 'it is no JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path: place, message }) =>
      place.length === 0 ? message : `${place.map(String).join('.')}: ${message}`,
    );
  throw invalid(path, problems.join('; '));
}

/** Writes a file so that whoever reads it finds the old text or the new one, whole; makes its folder. */
export function writeKeyFile(path: string, value: object, mode: number): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(draft, 'wx', mode);
    try {
      writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw invalid(path, reasonOf(error), error);
  }
}

/** The error of a file of keys that is of no use. */
export function invalid(path: string, reason: string, cause?: unknown): PenstockError {
  return new PenstockError('INVALID_KEY', `${path} cannot be used: ${reason}`, {
    details: { file: path },
    cause,
  });
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOENT')
    return 'there is no such file; "penstock keys new" or "penstock keys init" makes one';
  if (code === 'EACCES') return 'this user has no right to it';
  return error instanceof Error ? error.message : String(error);
}
