import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TaskClient, type TaskContract } from '@penstock/client';
import { MemoryBalancer } from '@penstock/testing';
import 'reflect-metadata';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PenstockClientModule } from './penstock-client.module.js';

interface Tasks {
  HELLO: TaskContract<string, string>;
}

@Injectable()
class Greetings {
  constructor(@Inject(TaskClient) readonly penstock: TaskClient<Tasks>) {}

  greet(name: string): Promise<string> {
    return this.penstock.submit('HELLO', name).result();
  }
}

@Module({ providers: [Greetings] })
class GreetingsModule {}

async function balancer(): Promise<MemoryBalancer> {
  const started = await MemoryBalancer.start([{ name: 'HELLO', run: (name: string) => `Hello ${name} !` }]);
  onTestFinished(() => started.stop());
  return started;
}

describe('PenstockClientModule', () => {
  it('gives any module a client, which is closed with the application', async () => {
    const { endpoint } = await balancer();
    const module = await Test.createTestingModule({
      imports: [PenstockClientModule.forRoot({ endpoint }), GreetingsModule],
    }).compile();
    const greetings = module.get(Greetings);
    expect(await greetings.greet('John')).toBe('Hello John !');
    await module.close();
    expect(() => greetings.penstock.submit('HELLO', 'Ada')).toThrow(
      expect.objectContaining({ code: 'CLOSED' }),
    );
  });

  it('takes its options from a provider, when they come', async () => {
    const { endpoint } = await balancer();
    @Module({ providers: [{ provide: 'where', useFactory: async () => endpoint }], exports: ['where'] })
    class SettingsModule {}
    const module = await Test.createTestingModule({
      imports: [
        PenstockClientModule.forRootAsync({
          imports: [SettingsModule],
          inject: ['where'],
          useFactory: (where: string) => ({ endpoint: where }),
        }),
        GreetingsModule,
      ],
    }).compile();
    onTestFinished(() => module.close());
    expect(await module.get(Greetings).greet('Ada')).toBe('Hello Ada !');
  });

  it('is for those alone that import it, if it is told so', async () => {
    const module = Test.createTestingModule({
      imports: [PenstockClientModule.forRoot({ isGlobal: false }), GreetingsModule],
    });
    await expect(module.compile()).rejects.toThrow(/resolve dependencies of the Greetings/);
  });

  it('needs no options, and no balancer to start', async () => {
    const module = await Test.createTestingModule({
      imports: [PenstockClientModule.forRoot(), GreetingsModule],
    }).compile();
    expect(module.get(Greetings).penstock).toBeInstanceOf(TaskClient);
    await module.close();
  });

  it('says which option is wrong', async () => {
    const module = Test.createTestingModule({
      imports: [PenstockClientModule.forRoot({ connectTimeoutMs: 0 })],
    });
    await expect(module.compile()).rejects.toThrow('connectTimeoutMs is a number above 0, not 0');
  });
});
