import { z } from 'zod';
import { roles } from './role.js';

/** What a token may be called. */
export const tokenNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: 'expected 1 to 64 letters, digits, dots, - and _' });

const grants = z.array(z.string().min(1).max(256)).min(1).max(1_000);

/** A token as the file has it. */
export const tokenEntrySchema = z.strictObject({
  name: tokenNameSchema,
  role: z.enum(roles),
  /** Of the token; the token itself is kept nowhere. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256 in hexadecimal' }),
  created: z.iso.datetime(),
  expires: z.iso.datetime().optional(),
  /** A client's users. None: the one that is called as the token is. */
  users: z.union([grants, z.literal('*')]).optional(),
  /** The task names that a client may hand in. None: all. */
  tasks: grants.optional(),
});

export type TokenEntry = z.infer<typeof tokenEntrySchema>;

const fileSchema = z.strictObject({ tokens: z.array(tokenEntrySchema).max(10_000) });

/**
 * Reads the text of `tokens.json`.
 *
 * @throws Error that says what is wrong, and where
 */
export function parseTokens(text: string): readonly TokenEntry[] {
  const parsed = fileSchema.safeParse(jsonIn(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
  }
  const { tokens } = parsed.data;
  for (const key of ['name', 'sha256'] as const) {
    const twice = tokens.find(
      (token, index) => tokens.findIndex((other) => other[key] === token[key]) < index,
    );
    if (twice !== undefined) throw new Error(`two tokens have the ${key} ${twice[key]}`);
  }
  return tokens;
}

/** The text of `tokens.json`. */
export function renderTokens(tokens: readonly TokenEntry[]): string {
  return `${JSON.stringify({ tokens }, null, 2)}\n`;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // The parser quotes what it stumbled over, and that may be a token that somebody has pasted.
    throw new Error('it is no JSON', { cause: error });
  }
}
