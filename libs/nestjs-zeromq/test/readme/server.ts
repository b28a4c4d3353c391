// server.ts
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { PenstockErrorFilter, ZmqServer } from '../../src/index.js';
import { interval, map, take, type Observable } from 'rxjs';

@Controller()
class SumController {
  @MessagePattern('sum')
  sum(@Payload() numbers: number[]): number {
    return numbers.reduce((sum, number) => sum + number, 0);
  }

  @MessagePattern('countdown')
  countdown(@Payload() from: number): Observable<number> {
    return interval(10).pipe(
      take(from),
      map((index) => from - index),
    );
  }

  @EventPattern('noted')
  noted(@Payload() note: string): void {
    process.stdout.write(`noted: ${note}\n`);
  }
}

@Module({ controllers: [SumController] })
class AppModule {}

export async function serve(bind: string) {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    strategy: new ZmqServer({ bind }),
  });
  app.useGlobalFilters(new PenstockErrorFilter());
  app.enableShutdownHooks();
  await app.listen();
  return app;
}
