/** A folder of tokens that cannot be used, or a change of it that makes no sense. The message says what to do. */
export class TokensFolderError extends Error {
  override readonly name = 'TokensFolderError';
}
