/**
 * Some parameters cannot be used. One error tells everything that is wrong with a load, so that it can be put
 * right at one go.
 */
export class ParametersError extends Error {
  override readonly name = 'ParametersError';
  /** One line each: the parameter, its value, where that came from, what was expected. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const heading =
      problems.length === 1 ? 'a mistake in the parameters' : `${problems.length} mistakes in the parameters`;
    super([`${heading}:`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = [...problems];
  }
}
