import type { TaskDefinition } from './define-task.js';

/** A task that can be run here. */
export interface RegisteredTask {
  readonly name: string;
  readonly run: TaskDefinition['run'];
  /** The definition's fixed arguments, and over them the parameters'. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Measured: this name's runs do not hold up the outcomes collected before them. */
  isShort: boolean;
}

const NO_ARGUMENTS = Object.freeze({});

/** The tasks of one worker by name. */
export class Registry {
  private readonly tasks = new Map<string, RegisteredTask>();

  /** @param fixedArguments by task name, laid over those of the definitions */
  constructor(
    definitions: Iterable<TaskDefinition>,
    fixedArguments: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) {
    for (const definition of definitions) {
      const { name } = definition;
      const over = Object.hasOwn(fixedArguments, name) ? fixedArguments[name] : undefined;
      this.tasks.set(name, {
        name,
        run: definition.run.bind(definition),
        arguments: Object.freeze({ ...(definition.arguments ?? NO_ARGUMENTS), ...over }),
        isShort: false,
      });
    }
  }

  get(name: string): RegisteredTask | undefined {
    return this.tasks.get(name);
  }
}
