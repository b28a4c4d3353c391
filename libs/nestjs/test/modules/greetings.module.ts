import { Inject, Injectable, Logger, Module, type OnModuleDestroy } from '@nestjs/common';
import { Task } from '../../src/index.js';

export interface Person {
  readonly firstName: string;
  readonly lastName: string;
}

@Injectable()
export class Names {
  full({ firstName, lastName }: Person): string {
    return `${firstName} ${lastName}`;
  }
}

@Injectable()
export class GreetingTasks implements OnModuleDestroy {
  static readonly ended: string[] = [];

  constructor(@Inject(Names) private readonly names: Names) {}

  @Task('HELLO')
  hello(person: Person): string {
    new Logger('Greetings').log(`greeting ${person.firstName}`);
    return `Hello ${this.names.full(person)} !`;
  }

  notATask(): string {
    return 'nobody asks for this';
  }

  onModuleDestroy(): void {
    GreetingTasks.ended.push('the tasks');
  }
}

/** Beside the module itself, as it would be. */
@Module({ providers: [Names, GreetingTasks] })
export class GreetingsModule {}
