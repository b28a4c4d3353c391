import { Injectable, Scope } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import 'reflect-metadata';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Task } from './task.decorator.js';
import { TasksInContainer } from './tasks-in-container.js';

class Base {
  protected readonly word: string = 'base';

  @Task('inherited')
  inherited(): string {
    return this.word;
  }
}

@Injectable()
class Derived extends Base {
  protected override readonly word = 'derived';

  @Task('own')
  async own(payload: number): Promise<number> {
    return payload + 1;
  }
}

@Injectable()
class Same {
  @Task('own')
  again(): void {}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  @Task('request')
  run(): void {}
}

async function tasksOf(...providers: Parameters<typeof Test.createTestingModule>[0]['providers'] & object) {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    providers: [TasksInContainer, ...providers],
  }).compile();
  onTestFinished(() => module.close());
  return module.get(TasksInContainer);
}

describe('the tasks of a container', () => {
  it('are methods of its providers, inherited ones too, bound to them', async () => {
    const found = (await tasksOf(Derived)).find();
    expect(found.map(({ name }) => name).toSorted()).toEqual(['inherited', 'own']);
    const run = Object.fromEntries(found.map(({ name, run: task }) => [name, task]));
    expect(run['inherited']?.(null, {} as never)).toBe('derived');
    expect(await run['own']?.(1, {} as never)).toBe(2);
  });

  it('are those of providers from factories and of values as well, once each', async () => {
    const value = new Derived();
    const found = await tasksOf(
      { provide: 'value', useValue: value },
      { provide: 'factory', useFactory: () => value },
      { provide: 'alias', useExisting: 'value' },
      { provide: 'nothing', useValue: null },
      { provide: 'bare', useValue: Object.create(null) as object },
      { provide: 'text', useValue: 'text' },
    );
    expect(found.find()).toHaveLength(2);
  });

  it('have each a name of their own', async () => {
    const found = await tasksOf(Derived, Same);
    expect(() => found.find()).toThrow('the task own is there twice: Derived.own and Same.again');
  });

  it('are not of classes that are made anew for each request', async () => {
    const found = await tasksOf(PerRequest);
    expect(() => found.find()).toThrow('PerRequest.run cannot be a task');
  });
});
