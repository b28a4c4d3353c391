import { parameterOf, type ParameterName } from '../table/table.js';

/** The default of a parameter as one would write it, or what it comes to. */
export function defaultInWords(name: ParameterName): string {
  const { kind, defaultValue, defaultMeaning } = parameterOf(name);
  return defaultMeaning ?? kind.toText(defaultValue);
}
