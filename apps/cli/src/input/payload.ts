import { text } from 'node:stream/consumers';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';

/**
 * A payload as it was typed: JSON, or `-` for JSON on the standard input. Without one it is `null`.
 *
 * @throws CommandError when it is no JSON
 */
export async function readPayload(
  typed: string | undefined,
  input: AsyncIterable<Uint8Array | string>,
): Promise<unknown> {
  if (typed === undefined) return null;
  const isPiped = typed === '-';
  const json = isPiped ? await text(input) : typed;
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    const where = isPiped ? 'what came on the standard input' : `the payload ${json}`;
    throw new CommandError(
      `${where} is not JSON (${(error as Error).message}): quote it for the shell, as in '{"firstName":"John"}'`,
      ExitCode.usage,
    );
  }
}
