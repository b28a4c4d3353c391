// client.ts
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, type ClientProxy } from '@nestjs/microservices';
import { ZmqClient, ZmqRecord } from '../../src/index.js';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';

const MATHS = Symbol('maths');

@Injectable()
class SumService {
  constructor(@Inject(MATHS) private readonly maths: ClientProxy) {}

  async run() {
    this.maths.emit('noted', 'here we go');
    return {
      sum: await firstValueFrom(this.maths.send<number>('sum', [1, 2, 3])),
      countdown: await lastValueFrom(this.maths.send<number>('countdown', 3).pipe(toArray())),
      inTime: await firstValueFrom(this.maths.send<number>('sum', new ZmqRecord([4], { timeoutMs: 2_000 }))),
    };
  }
}

export async function ask(endpoint: string) {
  @Module({
    imports: [ClientsModule.register([{ name: MATHS, customClass: ZmqClient, options: { endpoint } }])],
    providers: [SumService],
  })
  class AppModule {}

  const app = await NestFactory.createApplicationContext(AppModule);
  const answers = await app.get(SumService).run();
  await app.close();
  return answers;
}
