/**
 * Fields of a value that a check does not look at. Kubernetes' schemas let fields pass that they do not know, and a misspelt
 * one would be of no effect without a word; but what checks a value reads every field that it knows.
 *
 * @param check is handed the value, and reads it
 * @returns their paths, such as `/spec/selektor`
 */
export function unreadFields<T extends object>(value: T, check: (watched: T) => void): string[] {
  const read = new Map<object, Set<PropertyKey>>();
  check(watch(value, read));
  return [...unread(value, read, '')];
}

function watch<T extends object>(value: T, read: Map<object, Set<PropertyKey>>): T {
  const keys = read.get(value) ?? new Set();
  read.set(value, keys);
  return new Proxy(value, {
    get(target, key, receiver) {
      keys.add(key);
      const found: unknown = Reflect.get(target, key, receiver);
      return typeof found === 'object' && found !== null ? watch(found, read) : found;
    },
  });
}

function* unread(
  value: object,
  read: ReadonlyMap<object, ReadonlySet<PropertyKey>>,
  path: string,
): Generator<string> {
  for (const [key, child] of Object.entries(value)) {
    const here = `${path}/${key}`;
    if (read.get(value)?.has(key) !== true) yield here;
    else if (typeof child === 'object' && child !== null) yield* unread(child as object, read, here);
  }
}
