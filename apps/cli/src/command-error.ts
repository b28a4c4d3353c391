/** What the user has caused or must know. The message says all of it; a stack would only hide it. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}
