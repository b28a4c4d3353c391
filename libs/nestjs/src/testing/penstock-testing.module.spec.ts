import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TaskClient } from '@penstock/client';
import 'reflect-metadata';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GreetingsModule, Names } from '../../test/modules/greetings.module.js';
import { PenstockClientModule } from '../client/penstock-client.module.js';
import { PenstockWorkerModule } from '../worker/penstock-worker.module.js';
import { Task } from '../worker/task.decorator.js';
import { PenstockTestingModule } from './penstock-testing.module.js';

const john = { firstName: 'John', lastName: 'Doe' };

/** An application as it is in production: nothing answers at these ports. */
@Module({
  imports: [
    PenstockClientModule.forRoot({ port: 1 }),
    PenstockWorkerModule.forRoot({
      context: () => import('../../test/modules/greetings.module.js'),
      port: 1,
    }),
  ],
})
class AppModule {}

describe('PenstockTestingModule', () => {
  it('lets an application run without balancer and workers', async () => {
    const module = await Test.createTestingModule({
      imports: [AppModule, PenstockTestingModule.with(GreetingsModule)],
    }).compile();
    await module.init();
    const client = module.get(TaskClient, { strict: false });
    expect(await client.submit('HELLO', john).result()).toBe('Hello John Doe !');
    await module.close();
    expect(() => client.submit('HELLO', john)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  it('runs tasks in the container of the test, where their services can be others', async () => {
    const module = await Test.createTestingModule({
      imports: [PenstockTestingModule.with(GreetingsModule)],
    })
      .overrideProvider(Names)
      .useValue({ full: () => 'Nobody' })
      .compile();
    onTestFinished(() => module.close());
    expect(await module.get(TaskClient).submit('HELLO', john).result()).toBe('Hello Nobody !');
  });

  it('takes providers of the test as well, and says when a task is there twice', async () => {
    @Injectable()
    class Others {
      @Task('BYE')
      bye(): string {
        return 'Bye !';
      }
    }
    @Injectable()
    class Same {
      @Task('BYE')
      again(): void {}
    }
    const run = async (...providers: (new () => unknown)[]): Promise<unknown> => {
      const module = await Test.createTestingModule({
        imports: [PenstockTestingModule.with()],
        providers,
      }).compile();
      onTestFinished(() => module.close());
      return module.get(TaskClient).submit('BYE', null).result();
    };
    expect(await run(Others)).toBe('Bye !');
    await expect(run(Others, Same)).rejects.toThrow('the task BYE is there twice');
  });
});
