import { Injectable } from '@nestjs/common';
import { Task } from '@penstock/nestjs';
import type { Person } from '../contracts.js';
import { Names } from './names.js';

@Injectable()
export class GreetingTasks {
  constructor(private readonly names: Names) {}

  @Task('HELLO')
  hello(person: Person): string {
    return `Hello ${this.names.fullName(person)} !`;
  }
}
