import 'reflect-metadata';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { PenstockTestingModule } from '@penstock/nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from './app.module.js';
import { TasksModule } from './greetings/tasks.module.js';

let app: NestFastifyApplication;

beforeAll(async () => {
  const module = await Test.createTestingModule({
    imports: [AppModule, PenstockTestingModule.with(TasksModule)],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
});

afterAll(() => app.close());

describe('the application', () => {
  it('greets whom it is told to', async () => {
    const response = await app.inject('/hello?firstName=John&lastName=Doe');
    expect(response.body).toBe('Hello John Doe !');
  });

  it('asks for what it needs', async () => {
    expect((await app.inject('/hello?firstName=John')).statusCode).toBe(400);
  });

  it('says that it is well', async () => {
    const response = await app.inject('/health');
    expect(response.json()).toMatchObject({
      status: 'ok',
      details: { penstock: { status: 'up' }, 'penstock-worker': { status: 'up' } },
    });
  });
});
