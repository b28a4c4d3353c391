import { BadRequestException, Controller, Get, Query } from '@nestjs/common';
import { TaskClient } from '@penstock/nestjs';
import type { Tasks } from '../contracts.js';

@Controller('hello')
export class GreetingsController {
  constructor(private readonly penstock: TaskClient<Tasks>) {}

  @Get()
  async hello(@Query('firstName') firstName?: string, @Query('lastName') lastName?: string): Promise<string> {
    if (!firstName || !lastName) throw new BadRequestException('say firstName and lastName');
    return this.penstock.submit('HELLO', { firstName, lastName }).result({ timeoutMs: 10_000 });
  }
}
