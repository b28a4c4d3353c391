/**
 * Where in `value` JSON.stringify found what it cannot write: a BigInt, or a part that contains itself.
 *
 * @returns a path such as `.lines[3].total`; empty when it is the value itself
 */
export function pathOfNonJson(value: unknown): string {
  return search(value, '', new Set()) ?? '';
}

function search(value: unknown, path: string, above: Set<object>): string | undefined {
  if (typeof value === 'bigint') return path;
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.has(value)) return path;
  above.add(value);
  for (const [key, part] of Object.entries(value)) {
    const found = search(part, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, above);
    if (found !== undefined) return found;
  }
  above.delete(value);
  return undefined;
}
