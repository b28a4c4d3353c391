import type { TaskContract } from '@penstock/nestjs';

export interface Person {
  readonly firstName: string;
  readonly lastName: string;
}

/** What the two ends agree on: the payload and the result of each task. */
export interface Tasks {
  HELLO: TaskContract<Person, string>;
}
