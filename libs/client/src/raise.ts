/**
 * Lets what a callback of the user threw surface as an uncaught exception, as it would from a timer, instead of ending
 * what the library was about.
 */
export function raise(thrown: unknown): void {
  process.nextTick(() => {
    throw thrown;
  });
}
