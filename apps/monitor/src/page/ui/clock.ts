/** The time of day. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}
