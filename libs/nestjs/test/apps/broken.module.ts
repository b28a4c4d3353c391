import { Injectable, Module } from '@nestjs/common';
import { Task } from '@penstock/nestjs';

class Database {}

@Injectable()
export class Tasks {
  constructor(readonly database: Database) {}

  @Task('HELLO')
  hello(): string {
    return 'Hello !';
  }
}

@Module({ providers: [Tasks] })
export class BrokenModule {}
