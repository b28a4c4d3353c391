import { ExitCode } from './exit-codes.js';

/** What the user has caused or must know. The message says all of it; a stack would only hide it. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';

  constructor(
    message: string,
    readonly exitCode: ExitCode = ExitCode.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
