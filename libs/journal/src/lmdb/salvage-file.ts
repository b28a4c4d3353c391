/** Placeholder until the next step. */
export function salvageFile(from: string, to: string): Promise<{ from: string; to: string }> {
  return Promise.resolve({ from, to });
}
