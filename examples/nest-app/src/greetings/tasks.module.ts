import { Module } from '@nestjs/common';
import { GreetingTasks } from './greeting.tasks.js';
import { Names } from './names.js';

/** All that a worker boots. */
@Module({ providers: [GreetingTasks, Names] })
export class TasksModule {}
