import { deepFreeze } from './deep-freeze.js';
import type { App, Part } from './app.js';
import type { Kind } from './kinds/kind.js';

/** What one is told about a parameter when it is defined. */
export interface ParameterDefinition<T> {
  /** How its values are written and checked. */
  readonly kind: Kind<T>;
  /** Its value when nothing sets it, written as in a parameters file. */
  readonly default: unknown;
  /** What the default comes to, where the value itself does not say. */
  readonly defaultMeaning?: string;
  /** What it is for, in sentences for the people who set it. */
  readonly meaning: string;
  /** A shorter name of its flag, without the dashes. */
  readonly alias?: string;
  /** The parts that read it. */
  readonly usedBy: readonly Part[];
  /** Set for one that is only accepted: why it has no use. */
  readonly unused?: string;
}

/** A parameter: one entry of the table, with its default resolved. */
export interface Parameter<T = unknown> extends ParameterDefinition<T> {
  readonly defaultValue: T;
}

/**
 * Defines a parameter.
 *
 * @throws ZodError when the default fails the parameter's own check
 */
export function parameter<T>(definition: ParameterDefinition<T>): Parameter<T> {
  return { ...definition, defaultValue: deepFreeze(definition.kind.schema.parse(definition.default)) };
}

/** Whether an app reads a parameter or, being the launcher, hands it on. */
export function isUsedBy({ usedBy, unused }: Parameter, app: App): boolean {
  return unused === undefined && (app === 'launcher' || usedBy.includes(app));
}
