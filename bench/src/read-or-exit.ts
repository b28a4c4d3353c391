/**
 * Reads a command line. Where it asks for help, or cannot be read, the process says how to call it and ends.
 *
 * @param read throws what is wrong
 */
export function readOrExit<Parsed extends { readonly values: { readonly help?: boolean } }>(
  usage: string,
  read: () => Parsed,
): Parsed {
  let parsed: Parsed;
  try {
    parsed = read();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
  if (parsed.values.help !== true) return parsed;
  console.log(usage);
  process.exit(0);
}
