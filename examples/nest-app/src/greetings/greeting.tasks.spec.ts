import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { TaskClient } from '@penstock/nestjs';
import { PenstockTestingModule } from '@penstock/nestjs/testing';
import { expect, it } from 'vitest';
import type { Tasks } from '../contracts.js';
import { TasksModule } from './tasks.module.js';

it('greets by the full name', async () => {
  const module = await Test.createTestingModule({
    imports: [PenstockTestingModule.with(TasksModule)],
  }).compile();
  const client = module.get<TaskClient<Tasks>>(TaskClient);
  const task = client.submit('HELLO', { firstName: 'Ada', lastName: 'Lovelace' });
  expect(await task.result()).toBe('Hello Ada Lovelace !');
  await module.close();
});
