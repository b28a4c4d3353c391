import { Module } from '@nestjs/common';

@Module({ providers: [] })
export class OneModule {}

@Module({ providers: [] })
export class OtherModule {}
