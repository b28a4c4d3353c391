import { Injectable, Logger, Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { PenstockWorkerModule, Task, type TaskContext } from '@penstock/nestjs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { isMainThread } from 'node:worker_threads';

@Injectable()
export class Names {
  full({ firstName, lastName }: Person): string {
    return `${firstName} ${lastName}`;
  }
}

interface Person {
  readonly firstName: string;
  readonly lastName: string;
}

@Injectable()
export class GreetingTasks {
  private readonly logger = new Logger('Greetings');

  constructor(
    private readonly names: Names,
    private readonly modules: ModulesContainer,
  ) {}

  @Task('HELLO')
  hello(person: Person): string {
    this.logger.log(`greeting ${person.firstName}`);
    return `Hello ${this.names.full(person)} !`;
  }

  @Task('where')
  where() {
    const modules = [...this.modules.values()].map(({ name }) => name);
    return { pid: process.pid, isMainThread, modules };
  }

  /** Runs until the other end of a connection says so. */
  @Task('held')
  async held(port: number, { progress }: TaskContext): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    progress(50);
    const [said] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return String(said);
  }
}

// Workers that would start hubs, whose workers would start hubs …
@Module({
  imports: [PenstockWorkerModule.forRoot({ context: new URL(import.meta.url) })],
  providers: [Names, GreetingTasks],
})
export class GreetingsModule {}
